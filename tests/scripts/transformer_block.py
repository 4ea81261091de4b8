"""A transformer block of one's own learns to turn a sequence round."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Attention(nn.Module):
    def __init__(self, size, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(size, 3 * size)
        self.out = nn.Linear(size, size)

    def forward(self, x):
        batch, length, size = x.shape
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        q, k, v = (
            part.view(batch, length, self.heads, size // self.heads).transpose(1, 2)
            for part in (q, k, v)
        )
        scores = q @ k.transpose(-2, -1) / math.sqrt(size // self.heads)
        mixed = F.softmax(scores, dim=-1) @ v
        return self.out(mixed.transpose(1, 2).contiguous().view(batch, length, size))


class Block(nn.Module):
    def __init__(self, size, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.attention = Attention(size, heads)
        self.mlp = nn.Sequential(nn.Linear(size, 2 * size), nn.GELU(), nn.Linear(2 * size, size))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Turner(nn.Module):
    def __init__(self, count, length, size=16):
        super().__init__()
        self.tokens = nn.Embedding(count, size)
        self.places = nn.Parameter(torch.zeros(1, length, size))
        self.blocks = nn.Sequential(*[Block(size, 4) for _ in range(2)])
        self.head = nn.Linear(size, count, bias=False)

    def forward(self, x):
        return self.head(self.blocks(self.tokens(x) + self.places))


torch.manual_seed(0)
model = Turner(8, 6)
nn.init.normal_(model.places, std=0.1)
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
steps = 40
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=steps)
for step in range(steps):
    x = torch.randint(8, (32, 6))
    loss = F.cross_entropy(model(x).reshape(-1, 8), x.flip(1).reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    scheduler.step()
    if step % 8 == 7:
        print(f"step {step + 1}: loss {loss.item():.4f}, lr {scheduler.get_last_lr()[0]:.6f}")
