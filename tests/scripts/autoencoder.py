"""An autoencoder presses eight numbers into two and back."""

import torch
from torch import nn


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(8, 6), nn.LeakyReLU(0.1), nn.Linear(6, 2))
        self.decoder = nn.Sequential(
            nn.Linear(2, 6), nn.LeakyReLU(0.1), nn.Linear(6, 8), nn.Sigmoid()
        )

    def forward(self, x):
        code = self.encoder(x)
        return self.decoder(code), code


torch.manual_seed(5)
data = torch.sigmoid(torch.randn(64, 2) @ torch.randn(2, 8) * 2)
model = Autoencoder()
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=3)
for epoch in range(40):
    optimizer.zero_grad()
    output, code = model(data)
    loss = nn.functional.mse_loss(output, data) + 1e-4 * code.pow(2).mean()
    loss.backward()
    optimizer.step()
    scheduler.step(loss)
    if epoch % 8 == 7:
        print(f"{epoch + 1:3d} {loss.item():.5f} {optimizer.param_groups[0]['lr']}")
print(code.shape, code.requires_grad)
