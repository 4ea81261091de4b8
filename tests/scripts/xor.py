"""A small network learns the exclusive or."""

import torch
import torch.nn as nn
import torch.optim as optim

torch.manual_seed(0)


class Xor(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 8)
        self.output = nn.Linear(8, 1)

    def forward(self, x):
        return torch.sigmoid(self.output(torch.tanh(self.hidden(x))))


inputs = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
targets = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
model = Xor()
print(model)
print("before:", model(inputs).detach().squeeze())
criterion = nn.BCELoss()
optimizer = optim.Adam(model.parameters(), lr=0.05)
for epoch in range(1, 201):
    optimizer.zero_grad()
    loss = criterion(model(inputs), targets)
    loss.backward()
    optimizer.step()
    if epoch % 40 == 0:
        print(f"epoch {epoch}: loss = {loss:.4f}")
with torch.no_grad():
    print("answers:", model(inputs).round().flatten().int().tolist())
