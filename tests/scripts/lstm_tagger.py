"""An LSTM tags the words of a sentence."""

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(1)
DATA = [
    ("the dog ate the apple".split(), ["DET", "NN", "V", "DET", "NN"]),
    ("everybody read that book".split(), ["NN", "V", "DET", "NN"]),
]
word_ids = {}
for sentence, _ in DATA:
    for word in sentence:
        word_ids.setdefault(word, len(word_ids))
tag_ids = {"DET": 0, "NN": 1, "V": 2}


class Tagger(nn.Module):
    def __init__(self, embedding, hidden):
        super().__init__()
        self.word_embeddings = nn.Embedding(len(word_ids), embedding)
        self.lstm = nn.LSTM(embedding, hidden)
        self.hidden2tag = nn.Linear(hidden, len(tag_ids))

    def forward(self, sentence):
        embeds = self.word_embeddings(sentence)
        out, _ = self.lstm(embeds.view(len(sentence), 1, -1))
        return F.log_softmax(self.hidden2tag(out.view(len(sentence), -1)), dim=1)


model = Tagger(6, 6)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
inputs = [torch.tensor([word_ids[w] for w in s]) for s, _ in DATA]
targets = [torch.tensor([tag_ids[t] for t in ts]) for _, ts in DATA]
with torch.no_grad():
    print(model(inputs[0]))
for epoch in range(60):
    for sentence, tags in zip(inputs, targets):
        model.zero_grad()
        loss = nn.NLLLoss()(model(sentence), tags)
        loss.backward()
        optimizer.step()
    if epoch % 15 == 14:
        print(f"epoch {epoch + 1}: {loss.item():.4f}")
with torch.no_grad():
    print(model(inputs[0]).argmax(1))
