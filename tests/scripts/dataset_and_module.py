"""A Dataset, a Module with two branches, clipping, a scheduler, and a checkpoint."""

import io

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_, parameters_to_vector
from torch.utils.data import DataLoader, Dataset


class Spiral(Dataset):
    def __init__(self, count, transform=None):
        self.turn = torch.rand(count) * 6
        self.label = torch.randint(0, 2, (count,))
        self.transform = transform

    def __len__(self):
        return len(self.turn)

    def __getitem__(self, index):
        turn = self.turn[index] + torch.pi * self.label[index]
        point = torch.stack([turn.cos(), turn.sin()]) * self.turn[index]
        if self.transform:
            point = self.transform(point)
        return {"point": point, "label": self.label[index]}


class TwoBranches(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.near = nn.Linear(2, width)
        self.far = nn.Sequential(nn.Linear(2, width), nn.Tanh(), nn.Linear(width, width))
        self.scale = nn.Parameter(torch.ones(1))
        self.head = nn.Linear(2 * width, 2)

    def forward(self, x):
        near, far = torch.relu(self.near(x)), self.scale * self.far(x)
        return self.head(torch.cat([near, far], dim=-1))


torch.manual_seed(7)
dataset = Spiral(96, transform=lambda point: point / 6)
loader = DataLoader(dataset, batch_size=16, shuffle=True, drop_last=True)
model = TwoBranches()
print(sum(p.numel() for p in model.parameters() if p.requires_grad), "parameters")
optimizer = torch.optim.AdamW(
    [{"params": model.head.parameters(), "lr": 0.02},
     {"params": [p for n, p in model.named_parameters() if not n.startswith("head")]}],
    lr=0.01,
)  # fmt: skip
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=6)
criterion = nn.CrossEntropyLoss()
for epoch in range(6):
    total, norms = 0.0, []
    for batch in loader:
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(batch["point"]), batch["label"])
        loss.backward()
        norms.append(clip_grad_norm_(model.parameters(), max_norm=0.5).item())
        optimizer.step()
        total += loss.item()
    scheduler.step()
    rates = ", ".join(f"{rate:.5f}" for rate in scheduler.get_last_lr())
    print(f"epoch {epoch}: loss {total / len(loader):.5f}, norm {max(norms):.4f}, lr {rates}")

checkpoint = {
    "epoch": 6,
    "model": model.state_dict(),
    "optimizer": optimizer.state_dict(),
    "scheduler": scheduler.state_dict(),
}
file = io.BytesIO()
torch.save(checkpoint, file)
file.seek(0)
restored = torch.load(file, map_location="cpu", weights_only=True)
again = TwoBranches()
again.load_state_dict(restored["model"])
print(
    torch.equal(parameters_to_vector(model.parameters()), parameters_to_vector(again.parameters()))
)
print(restored["epoch"], restored["scheduler"]["last_epoch"], len(restored["optimizer"]["state"]))
