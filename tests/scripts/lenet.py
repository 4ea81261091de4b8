"""A small convolutional network tells bars that lie from bars that stand, and crosses."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class LeNet(nn.Module):
    def __init__(self):
        super(LeNet, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 3)
        self.fc1 = nn.Linear(16 * 3 * 3, 24)
        self.fc2 = nn.Linear(24, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        return self.fc2(F.relu(self.fc1(x)))


def picture(kind):
    image = 0.3 * torch.randn(1, 16, 16)
    row, column = torch.randint(2, 14, (2,)).tolist()
    if kind != 1:
        image[0, row, 2:14] += 1
    if kind != 0:
        image[0, 2:14, column] += 1
    return image


torch.manual_seed(0)
kinds = torch.arange(48) % 3
images = torch.stack([picture(kind) for kind in kinds.tolist()])
print(images.shape, images.mean(), images.std())
net = LeNet()
print(net)
print([tuple(p.shape) for p in net.parameters()])
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
for epoch in range(5):
    for start in range(0, 48, 16):
        optimizer.zero_grad()
        output = net(images[start : start + 16])
        loss = F.cross_entropy(output, kinds[start : start + 16])
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch + 1}: loss {loss.item():.4f}")
print(net.conv1.bias.grad)
net.eval()
with torch.no_grad():
    _, predicted = torch.max(net(images), 1)
print("right:", (predicted == kinds).sum().item(), "of", len(kinds))
