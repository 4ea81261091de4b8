"""Words as vectors: each is guessed from the two before it."""

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

torch.manual_seed(1)
TEXT = """the cat sat on the mat and the dog sat on the cat
then the mat sat on the dog and the cat ran from the mat""".split()
trigrams = [([TEXT[i - 2], TEXT[i - 1]], TEXT[i]) for i in range(2, len(TEXT))]
print(trigrams[:2])
words = sorted(set(TEXT))
number = {word: i for i, word in enumerate(words)}


class NGram(nn.Module):
    def __init__(self, count, size, context):
        super().__init__()
        self.embeddings = nn.Embedding(count, size)
        self.linear1 = nn.Linear(context * size, 16)
        self.linear2 = nn.Linear(16, count)

    def forward(self, inputs):
        embeds = self.embeddings(inputs).view((1, -1))
        return F.log_softmax(self.linear2(F.relu(self.linear1(embeds))), dim=1)


model = NGram(len(words), 6, 2)
optimizer = optim.SGD(model.parameters(), lr=0.1)
loss_function = nn.NLLLoss()
losses = []
for _ in range(8):
    total = 0.0
    for context, target in trigrams:
        ids = torch.tensor([number[w] for w in context], dtype=torch.long)
        model.zero_grad()
        loss = loss_function(model(ids), torch.tensor([number[target]], dtype=torch.long))
        loss.backward()
        optimizer.step()
        total += loss.item()
    losses.append(round(total, 3))
print(losses)
print(model.embeddings.weight[number["cat"]])
