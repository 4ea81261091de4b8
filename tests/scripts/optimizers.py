"""The same polynomial, fitted by one optimizer after another."""

import math

import torch

x = torch.linspace(-math.pi, math.pi, 200)
y = torch.sin(x)
powers = torch.tensor([1, 2, 3])
features = x.unsqueeze(-1).pow(powers) / torch.tensor([3.0, 9.0, 27.0])


def build():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))


makers = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1),
    "Nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adagrad": lambda p: torch.optim.Adagrad(p, lr=0.5),
    "Adadelta": lambda p: torch.optim.Adadelta(p, lr=5.0),
    "RMSprop": lambda p: torch.optim.RMSprop(p, lr=0.02),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.1),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.01),
}
loss_fn = torch.nn.MSELoss(reduction="sum")
for name, make in makers.items():
    model = build()
    optimizer = make(model.parameters())
    losses = []
    for _ in range(100):
        loss = loss_fn(model(features), y) / len(y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(f"{name:9s}", " ".join(f"{value:.5f}" for value in losses[9::30]))

model = build()
optimizer = torch.optim.LBFGS(model.parameters(), line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    loss = loss_fn(model(features), y) / len(y)
    loss.backward()
    return loss


for _ in range(2):
    print(f"LBFGS     {optimizer.step(closure).item():.5f}")
print(f"          {closure().item():.5f}")
