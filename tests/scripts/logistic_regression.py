"""Two clouds of points, parted by a straight line."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

np.random.seed(3)
torch.manual_seed(3)
left = np.random.randn(60, 2) * 0.7 + [-1.0, 0.5]
right = np.random.randn(60, 2) * 0.7 + [1.0, -0.5]
points = torch.from_numpy(np.concatenate([left, right])).float()
labels = torch.cat([torch.zeros(60), torch.ones(60)])

model = nn.Sequential(nn.Linear(2, 1), nn.Flatten(0))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9, weight_decay=1e-3)
for epoch in range(30):
    logits = model(points)
    loss = F.binary_cross_entropy_with_logits(logits, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 6 == 5:
        accuracy = ((logits > 0) == labels.bool()).float().mean()
        print(f"[{epoch + 1:3d}] loss: {loss.item():.5f}  accuracy: {100 * accuracy:.1f}%")
for name, parameter in model.named_parameters():
    print(name, parameter.shape, parameter.data)
