"""A GRU learns to write a line letter by letter."""

import torch
from torch import nn

LINE = "a rose is a rose is a rose. "
letters = sorted(set(LINE))
ids = torch.tensor([letters.index(letter) for letter in LINE])


class CharRNN(nn.Module):
    def __init__(self, count, hidden):
        super().__init__()
        self.rnn = nn.GRU(count, hidden, batch_first=True)
        self.decoder = nn.Linear(hidden, count)

    def forward(self, x, state=None):
        one_hot = nn.functional.one_hot(x, len(letters)).float()
        output, state = self.rnn(one_hot, state)
        return self.decoder(output), state


torch.manual_seed(2)
model = CharRNN(len(letters), 24)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
inputs, targets = ids[:-1].unsqueeze(0), ids[1:].unsqueeze(0)
for step in range(60):
    logits, _ = model(inputs)
    loss = nn.functional.cross_entropy(logits.transpose(1, 2), targets)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_value_(model.parameters(), 0.5)
    optimizer.step()
    if step % 12 == 11:
        print(f"step {step + 1}: {loss.item():.4f}")

model.eval()
letter, state, written = ids[:1].unsqueeze(0), None, LINE[0]
with torch.no_grad():
    for _ in range(20):
        logits, state = model(letter, state)
        letter = logits[:, -1:].argmax(-1)
        written += letters[letter.item()]
print(written)
