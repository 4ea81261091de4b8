"""A multi-layer perceptron on digits drawn with five by three dots, and noise."""

import io

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

GLYPHS = [
    "111101101101111", "010110010010111", "111001111100111", "111001111001111",
    "101101111001001", "111100111001111", "111100111101111", "111001010010010",
    "111101111101111", "111101111001111",
]  # fmt: skip

torch.manual_seed(42)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
glyphs = torch.tensor([[float(dot) for dot in glyph] for glyph in GLYPHS]).view(10, 5, 3)
labels = torch.randint(0, 10, (600,))
images = glyphs[labels] + 0.4 * torch.randn(600, 5, 3)
training, held_out = random_split(TensorDataset(images, labels), [500, 100])
train_loader = DataLoader(training, batch_size=32, shuffle=True)
test_loader = DataLoader(held_out, batch_size=50)


class Perceptron(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.layers = nn.Sequential(
            nn.Linear(15, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 10)
        )

    def forward(self, x):
        return self.layers(self.flatten(x))


model = Perceptron().to(device)
print(model)
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)


def train():
    model.train()
    for batch, (x, y) in enumerate(train_loader):
        x, y = x.to(device), y.to(device)
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if batch % 8 == 0:
            print(
                f"loss: {loss.item():>7f}  [{batch * len(x):>5d}/{len(train_loader.dataset):>5d}]"
            )


def test():
    model.eval()
    test_loss, correct = 0.0, 0
    with torch.no_grad():
        for x, y in test_loader:
            pred = model(x)
            test_loss += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).type(torch.float).sum().item()
    print(f"accuracy: {correct / len(held_out):.1%}, avg loss: {test_loss / len(test_loader):.5f}")


for epoch in range(4):
    print(f"epoch {epoch + 1}, lr {scheduler.get_last_lr()[0]:g}")
    train()
    test()
    scheduler.step()

file = io.BytesIO()
torch.save(model.state_dict(), file)
file.seek(0)
copy = Perceptron()
print(copy.load_state_dict(torch.load(file)))
copy.eval()
print(torch.equal(copy(images[:5]), model(images[:5])))
