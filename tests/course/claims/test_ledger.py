"""Every claim is accounted for: where it stands, that it stands once, and that it is true."""

from __future__ import annotations

from pathlib import Path

from notebooks import cell, printed, raised, write

from tensorlab_course.claims import ClaimResult, hold_claims, load_claims, section_of
from tensorlab_course.validation import read_notebook

CLAIMS = load_claims()


def showing(*tags: str, text: str | None = None):
    """A cell that carries the tags and shows what they ask for, or `text`."""
    texts = []
    for tag in tags:
        kind, _, name = tag.partition(":")
        claim = CLAIMS[name]
        of_1_1 = claim.differs_today and kind == "claim"
        texts.append(claim.prints if of_1_1 else claim.torch_2_13)
    return cell("...", *tags, outputs=[printed("\n".join(texts) if text is None else text)])


def hold(*paths: Path, **options) -> dict[str, ClaimResult]:
    options.setdefault("complete", False)
    results = hold_claims({path: read_notebook(path) for path in paths}, **options)
    return {result.tag: result for result in results}


def statuses(results: dict[str, ClaimResult]) -> dict[str, str]:
    return {tag: result.status for tag, result in results.items()}


def maxpool(folder: Path, *cells) -> Path:
    return write(folder / "14-max-pooling.ipynb", *cells)


ALL_OF_MAXPOOL = [f"claim:maxpool-0{i}" for i in range(1, 5)]


def test_the_number_of_a_lesson_is_that_of_its_section():
    assert section_of(Path("01-creating-a-tensor.ipynb")) == "create-tensor"
    assert section_of(Path("18-anything.ipynb")) == "sequential"
    assert section_of(Path("19-autograd.ipynb")) is None
    assert section_of(Path("index.ipynb")) is None


def test_a_lesson_that_shows_all_its_claims_holds_them(tmp_path):
    results = hold(maxpool(tmp_path, showing(*ALL_OF_MAXPOOL[:2]), showing(*ALL_OF_MAXPOOL[2:])))
    assert statuses(results) == dict.fromkeys(ALL_OF_MAXPOOL, "held")
    assert results["claim:maxpool-03"].cell == 2


def test_a_false_claim_tells_what_was_expected_and_found(tmp_path):
    wrong = showing("claim:maxpool-02", text="torch.Size([1, 1, 2, 2])\n")
    results = hold(maxpool(tmp_path, showing("claim:maxpool-01"), wrong))
    result = results["claim:maxpool-02"]
    assert (result.status, result.cell) == ("differs", 2)
    assert result.expected == "torch.Size([1, 1, 3, 3])"
    assert result.found == "torch.Size([1, 1, 2, 2])"
    assert results["claim:maxpool-01"].ok


def test_a_claim_that_no_cell_carries_is_missing(tmp_path):
    results = hold(maxpool(tmp_path, showing(*ALL_OF_MAXPOOL[:3])))
    assert results["claim:maxpool-04"].status == "missing"


def test_all_lessons_owe_all_claims_and_single_ones_their_own(tmp_path):
    path = maxpool(tmp_path, showing(*ALL_OF_MAXPOOL))
    results = hold(path, complete=True)
    assert sum(result.is_claim for result in results.values()) == 80
    assert {r.tag for r in results.values() if r.ok} == set(ALL_OF_MAXPOOL)
    assert list(hold(path)) == ALL_OF_MAXPOOL


def test_a_claim_is_carried_once_and_in_its_own_lesson(tmp_path):
    path = maxpool(tmp_path, showing(*ALL_OF_MAXPOOL), showing("claim:maxpool-01"))
    other = write(tmp_path / "10-sorting.ipynb", showing("claim:maxpool-02"))
    results = hold(path, other)
    assert results["claim:maxpool-01"].status == "twice"
    assert results["claim:maxpool-02"].status == "twice"
    alone = hold(other)
    assert alone["claim:maxpool-02"].status == "wrong lesson"
    assert alone["claim:sorting-ops-01"].status == "missing"


def test_a_claim_carried_twice_is_told_of_where_it_stands_again(tmp_path):
    paths = [write(tmp_path / f"2{i}-more.ipynb", showing("claim:maxpool-01")) for i in range(2)]
    result = hold(*paths)["claim:maxpool-01"]
    assert (result.status, result.notebook) == ("twice", paths[1])


def test_a_tag_that_names_no_claim_is_told(tmp_path):
    path = write(tmp_path / "20-more.ipynb", cell("1", "claim:maxpool-99"))
    assert statuses(hold(path)) == {"claim:maxpool-99": "unknown"}


def test_where_pytorch_1_1_differs_todays_output_is_owed_too(tmp_path):
    tags = "claim:forward-01", "today:forward-01"
    path = write(tmp_path / "16-forward.ipynb", showing(tags[0]), showing(tags[1]))
    assert statuses(hold(path)) == dict.fromkeys(tags, "held")
    assert not hold(path)["today:forward-01"].is_claim
    both_in_one = write(tmp_path / "16-forward.ipynb", showing(*tags))
    assert statuses(hold(both_in_one)) == dict.fromkeys(tags, "held")
    old_alone = write(tmp_path / "16-forward.ipynb", showing(tags[0]))
    assert statuses(hold(old_alone))[tags[1]] == "missing"


def test_an_error_that_was_really_raised_holds_its_claim(tmp_path):
    tag = "claim:transcendental-02"
    error = raised("TypeError", "cos(): argument 'input' must be Tensor, not float", "a note")
    path = write(tmp_path / "07-functions.ipynb", cell("cos(3.14)", tag, outputs=[error]))
    assert hold(path)[tag].ok


def test_a_cell_that_a_fresh_run_did_not_reproduce_proves_nothing(tmp_path):
    path = maxpool(tmp_path, showing(*ALL_OF_MAXPOOL[:3]), showing(ALL_OF_MAXPOOL[3]))
    results = hold(path, changed={(path, 2)})
    assert statuses(results) == dict.fromkeys(ALL_OF_MAXPOOL[:3], "held") | {
        "claim:maxpool-04": "not reproduced"
    }


def test_the_claims_of_a_lesson_that_cannot_be_read_are_not_held(tmp_path):
    path = tmp_path / "14-max-pooling.ipynb"
    results = hold_claims({path: None}, complete=False)
    assert {result.status for result in results} == {"unread"}
