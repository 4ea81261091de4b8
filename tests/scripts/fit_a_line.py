"""Fit a line to noisy points: by hand, and with a layer and an optimizer."""

import torch
from torch import nn

torch.manual_seed(1)
x = torch.linspace(-1, 1, 40).unsqueeze(1)
y = 3 * x - 0.5 + 0.1 * torch.randn(x.shape)

slope = torch.zeros(1, requires_grad=True)
offset = torch.zeros(1, requires_grad=True)
for step in range(60):
    loss = ((slope * x + offset - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        slope -= 0.3 * slope.grad
        offset -= 0.3 * offset.grad
    slope.grad.zero_()
    offset.grad.zero_()
    if step % 10 == 0:
        print(f"step {step:2d}  loss {loss.item():.6f}")
print(slope, offset)

model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
loss_fn = nn.MSELoss()
for epoch in range(60):
    optimizer.zero_grad()
    loss = loss_fn(model(x), y)
    loss.backward()
    optimizer.step()
    if (epoch + 1) % 15 == 0:
        print("epoch", epoch + 1, "loss", loss.item())
print(model.state_dict())
