"""What lesson 20, Training a network, asks."""

from __future__ import annotations

from typing import Any

from tensorlab_course.practice import (
    Exercise,
    Lesson,
    Prediction,
    Wrong,
    expect,
    expect_same,
    expect_tensor,
    refuse,
)

PREDICTIONS = (
    Prediction(
        name="guessing",
        question="A network that knows nothing gives each of ten digits the same score. Its loss?",
        code="nn.functional.cross_entropy(torch.zeros(1, 10), torch.tensor([3]))",
        choices={
            "tensor(2.3026)": None,
            "tensor(0.)": "So it would be for a network that is sure, and right. This one gives "
            "the right digit a tenth.",
            "tensor(0.1000)": "A tenth is the probability of the right digit. The loss is minus "
            "its logarithm.",
            "tensor(0.9000)": "That is how often a guess is wrong. The loss is minus the logarithm "
            "of the probability that the right digit got.",
        },
        because="−log(1/10) is 2.3026: what a training begins at, if all is well.",
        read="A network and its loss",
    ),
    Prediction(
        name="sure-and-right",
        question="Two classes; the network is sure, and right. It hands over its probabilities.",
        code="nn.functional.cross_entropy(torch.tensor([[1.0, 0.0]]), torch.tensor([0]))",
        choices={
            "tensor(0.3133)": None,
            "tensor(0.)": "So it should be. But cross_entropy takes scores, and turns them into "
            "probabilities itself: of the scores 1 and 0 it makes 0.73 and 0.27.",
            "tensor(1.)": "1 is what the right class got. The loss is minus a logarithm.",
            "tensor(0.6931)": "That is log 2, for two equal scores.",
        },
        because="cross_entropy has the softmax in it. A softmax at the end of the network would be "
        "a second one, and the loss could never get near 0.",
        read="A network and its loss",
    ),
    Prediction(
        name="which-axis",
        question="Scores of three images for two classes: what is each image taken for?",
        setup="scores = torch.tensor([[0.1, 2.0], [3.0, -1.0], [0.0, 1.0]])",
        code="scores.argmax(dim=1)",
        choices={
            "tensor([1, 0, 1])": None,
            "tensor([1, 0])": "That is `dim=0`: for each class, the image that scores most. There "
            "are three images, and so three answers.",
            "tensor([2., 3., 1.])": "These are the largest scores. argmax tells where they are.",
            "tensor(2)": "Without `dim`, all scores are one row, and the largest of all is the "
            "third number.",
        },
        because="An image is a row, and `dim=1` looks along the row.",
        read="Does it know new digits?",
    ),
    Prediction(
        name="how-many-steps",
        question="1,500 images, 40 in a batch. How many steps is one round?",
        setup="numbers = torch.utils.data.TensorDataset(torch.arange(1500))",
        code="len(torch.utils.data.DataLoader(numbers, batch_size=40))",
        choices={
            "38": None,
            "37": "37 full batches, yes. The 20 images left over are a smaller batch of their own, "
            "unless one asks for `drop_last=True`.",
            "1500": "That is the number of images. A step looks at a whole batch.",
            "40": "That is how many images a batch has.",
        },
        because="1500 / 40 is 37.5, and the last, half batch counts.",
        read="Training",
    ),
)


def check_scale_both(scale_both: Any, torch: Any) -> None:
    train = torch.tensor([0.0, 2.0, 4.0])
    test = torch.tensor([10.0, 12.0])
    got = scale_both(train, test)
    expect(
        isinstance(got, tuple) and len(got) == 2,
        "Two tensors are wanted: keep the line that returns both.",
    )
    for one in got:
        expect_tensor(one)
    if got[1].numel() == 2 and torch.allclose(got[1], (test - test.mean()) / test.std()):
        refuse(
            "The test images are scaled by numbers of their own. A network must not know anything "
            "about them, not even their mean; and a 10 has to mean the same in both."
        )
    both = torch.cat([train, test])
    if got[0].numel() == 3 and torch.allclose(got[0], (train - both.mean()) / both.std()):
        refuse("The test images have had a say in the mean: they must not be seen at all.")
    expect_same(got[0], torch.tensor([-1.0, 0.0, 1.0]))
    expect_same(got[1], torch.tensor([4.0, 5.0]))


def check_confusion(confusion: Any, torch: Any) -> None:
    guesses, labels = torch.tensor([0, 1, 1, 1, 2]), torch.tensor([0, 1, 0, 0, 2])
    got = confusion(guesses, labels, 3)
    expect_tensor(got)
    want = torch.tensor([[1, 2, 0], [0, 1, 0], [0, 0, 1]])
    if tuple(got.shape) == (3, 3):
        if torch.equal(got.long(), want.t()):
            refuse("Rows and columns are exchanged: the row is what the image shows, the label.")
        if torch.equal(got.long(), (want > 0).long()):
            refuse(
                "Where two images fall into one cell, it counts one. `table[labels, guesses] += 1` "
                "reads all cells first and then writes them: a cell named twice is written twice "
                "with the same number."
            )
        if not bool((got != got.long()).any()) and got.is_floating_point():
            refuse("The counts are right, with decimal points. They are whole numbers: int64.")
    expect_same(got, want)
    none = torch.empty(0, dtype=torch.int64)
    expect_same(confusion(none, none, 2), torch.zeros(2, 2, dtype=torch.int64))


def check_keep_best(keep_best: Any, torch: Any) -> None:
    nn = torch.nn

    def run(scores: list[float]) -> tuple[Any, Any, int]:
        net = nn.Linear(1, 1)
        rounds = iter(range(1, 100))
        trained = []

        def train() -> None:
            trained.append(next(rounds))
            with torch.no_grad():
                net.weight.fill_(trained[-1])

        def score() -> float:
            expect(trained, "A score was asked for before the first round.")
            return scores[trained[-1] - 1]

        best = keep_best(net, len(scores), train, score)
        return best, net, len(trained)

    best, net, rounds = run([0.5, 0.9, 0.7])
    expect(rounds == 3, f"3 rounds of training were asked for, and there were {rounds}.")
    weight = net.weight.item()
    if weight == 3.0 and best == 0.9:
        refuse(
            "The best score is right, and the network has the weights of the last round. "
            "`state_dict()` copies nothing: it holds the weights themselves, and they are trained "
            "on. Copy them while they are the best."
        )
    expect(best is not None, "It returned None. Does the function end with `return`?")
    expect(best == 0.9, f"The best score was 0.9, and it returned {best}.")
    expect(weight == 2.0, f"Round 2 was the best, and the weights are those of round {weight:g}.")
    best, net, _ = run([0.2, 0.2])
    expect(
        (best, net.weight.item()) == (0.2, 1.0),
        "Where two rounds are equally good, the earlier one counts.",
    )
    best, net, _ = run([-3.0, -2.0, -4.0])
    expect(
        (best, net.weight.item()) == (-2.0, 2.0),
        "Scores can be negative, as minus a loss is; then it takes the wrong round, or none.",
    )


EXERCISES = (
    Exercise(
        name="scale_both",
        level="easy",
        starter='''
def scale_both(train, test):
    """Both shifted and scaled alike, so that train has mean 0 and spread 1."""
    known = ____
    mean, spread = known.mean(), known.std()
    return (train - mean) / spread, (test - mean) / spread
''',
        hints=(
            "Mean and spread are something that one learns from images. From which may one learn?",
            "The gap is the name of one of the two tensors.",
        ),
        solution="""
def scale_both(train, test):
    known = train
    mean, spread = known.mean(), known.std()
    return (train - mean) / spread, (test - mean) / spread
""",
        wrong=(
            Wrong(
                "def scale_both(train, test):\n"
                "    known = test\n"
                "    mean, spread = known.mean(), known.std()\n"
                "    return (train - mean) / spread, (test - mean) / spread",
                "numbers of their own",
            ),
            Wrong(
                "def scale_both(train, test):\n"
                "    known = torch.cat([train, test])\n"
                "    mean, spread = known.mean(), known.std()\n"
                "    return (train - mean) / spread, (test - mean) / spread",
                "had a say in the mean",
            ),
        ),
        check=check_scale_both,
    ),
    Exercise(
        name="confusion",
        level="middle",
        starter='''
def confusion(guesses, labels, classes):
    """How many images of each class (row) were taken for each class (column): int64."""
    table = torch.zeros(classes, classes, dtype=torch.int64)
    ...
    return table
''',
        hints=(
            "Walk over guesses and labels together: each pair adds 1 to one cell.",
            "`for guess, label in zip(guesses, labels):` and then `table[label, guess] += 1`.",
        ),
        solution="""
def confusion(guesses, labels, classes):
    table = torch.zeros(classes, classes, dtype=torch.int64)
    for guess, label in zip(guesses, labels):
        table[label, guess] += 1
    return table
""",
        wrong=(
            Wrong(
                "def confusion(guesses, labels, classes):\n"
                "    table = torch.zeros(classes, classes, dtype=torch.int64)\n"
                "    table[labels, guesses] += 1\n"
                "    return table",
                "it counts one",
            ),
            Wrong(
                "def confusion(guesses, labels, classes):\n"
                "    table = torch.zeros(classes, classes, dtype=torch.int64)\n"
                "    for guess, label in zip(guesses, labels):\n"
                "        table[guess, label] += 1\n"
                "    return table",
                "exchanged",
            ),
            Wrong(
                "def confusion(guesses, labels, classes):\n"
                "    table = torch.zeros(classes, classes)\n"
                "    for guess, label in zip(guesses, labels):\n"
                "        table[label, guess] += 1\n"
                "    return table",
                "with decimal points",
            ),
        ),
        check=check_confusion,
    ),
    Exercise(
        name="keep_best",
        level="thinking",
        starter="""
def keep_best(net, rounds, train, score):
    ...
""",
        hints=(
            (
                "After each round: is the score better than all before? Then keep the weights. "
                "What does `net.state_dict()` hold, copies or the weights themselves?"
            ),
            (
                "`copy.deepcopy(net.state_dict())` keeps them; `net.load_state_dict(kept)` puts "
                "them back at the end."
            ),
        ),
        solution="""
def keep_best(net, rounds, train, score):
    best, kept = float("-inf"), None
    for _ in range(rounds):
        train()
        now = score()
        if now > best:
            best = now
            kept = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    net.load_state_dict(kept)
    return best
""",
        wrong=(
            Wrong(
                "def keep_best(net, rounds, train, score):\n"
                "    best, kept = float('-inf'), None\n"
                "    for _ in range(rounds):\n"
                "        train()\n"
                "        now = score()\n"
                "        if now > best:\n"
                "            best, kept = now, net.state_dict()\n"
                "    net.load_state_dict(kept)\n"
                "    return best",
                "copies nothing",
            ),
            Wrong(
                "def keep_best(net, rounds, train, score):\n"
                "    best = -1\n"
                "    for _ in range(rounds):\n"
                "        train()\n"
                "        now = score()\n"
                "        if now > best:\n"
                "            best = now\n"
                "            kept = {name: t.clone() for name, t in net.state_dict().items()}\n"
                "    if best > -1:\n"
                "        net.load_state_dict(kept)\n"
                "    return best",
                "Scores can be negative",
            ),
            Wrong(
                "def keep_best(net, rounds, train, score):\n"
                "    best = float('-inf')\n"
                "    for _ in range(rounds):\n"
                "        train()\n"
                "        now = score()\n"
                "        if now >= best:\n"
                "            best = now\n"
                "            kept = {name: t.clone() for name, t in net.state_dict().items()}\n"
                "    net.load_state_dict(kept)\n"
                "    return best",
                "the earlier one counts",
            ),
        ),
        check=check_keep_best,
        may_change_arguments=True,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
