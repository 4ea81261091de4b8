"""Some steps of a generator against a discriminator, on points of a circle."""

import torch
from torch import nn

torch.manual_seed(11)
generator = nn.Sequential(
    nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(True), nn.Linear(16, 2), nn.Tanh()
)
discriminator = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1), nn.Sigmoid())


def weights_init(m):
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, 0.0, 0.2)
        nn.init.zeros_(m.bias)


generator.apply(weights_init)
discriminator.apply(weights_init)
criterion = nn.BCELoss()
opt_d = torch.optim.Adam(discriminator.parameters(), lr=0.01, betas=(0.5, 0.999))
opt_g = torch.optim.Adam(generator.parameters(), lr=0.01, betas=(0.5, 0.999))
real_label, fake_label = torch.ones(32, 1), torch.zeros(32, 1)
for step in range(20):
    angle = torch.rand(32) * 2 * torch.pi
    real = torch.stack([angle.cos(), angle.sin()], 1)
    opt_d.zero_grad()
    loss_real = criterion(discriminator(real), real_label)
    loss_real.backward()
    fake = generator(torch.randn(32, 4))
    loss_fake = criterion(discriminator(fake.detach()), fake_label)
    loss_fake.backward()
    opt_d.step()
    opt_g.zero_grad()
    loss_g = criterion(discriminator(fake), real_label)
    loss_g.backward()
    opt_g.step()
    if step % 5 == 4:
        loss_d = (loss_real + loss_fake).item()
        print(f"[{step + 1}/20] Loss_D: {loss_d:.4f} Loss_G: {loss_g.item():.4f}")
print(generator[1].num_batches_tracked, generator[1].running_var[:4])
