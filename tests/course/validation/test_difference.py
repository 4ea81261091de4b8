"""A difference is shown where it is, however long the text, with colours or without."""

from __future__ import annotations

from rich.console import Console

from tensorlab_course.validation.difference import loosely, side_by_side
from tensorlab_course.validation.outputs import shown_texts


def lines(left: str, right: str, width: int = 80) -> list[str]:
    console = Console(width=width + 4, color_system=None)
    with console.capture() as captured:
        console.print(side_by_side(left, right, ("saved", "came"), width))
    return [line.rstrip() for line in captured.get().splitlines()][2:]


def test_a_missing_space_is_marked_below():
    marked, below = lines("tensor([1,2])", "tensor([1, 2])")
    assert marked.split() == [">", "tensor([1,2])", "tensor([1,·2])"]
    assert below.index("^") == marked.index("2])")
    assert below.rindex("^") == marked.index("·")


def test_long_texts_are_cut_to_the_first_difference():
    left = [f"line {i}" for i in range(1000)]
    right = [*left[:500], "other", *left[501:]]
    shown = lines("\n".join(left), "\n".join(right))
    assert len(shown) < 15
    assert "498 lines above" in shown[0]
    (marked,) = [line for line in shown if line.startswith(">")]
    assert marked.split() == [">", "line", "500", "other"]
    assert "lines below" in shown[-1]


def test_a_line_too_long_is_cut_to_the_difference():
    shown = lines("a" * 500 + "x" + "b" * 500, "a" * 500 + "y" + "b" * 500)
    assert "x" in shown[0]
    assert "y" in shown[0]
    assert shown[0].index("x") == shown[1].index("^")


def test_a_line_that_is_missing_moves_no_other():
    shown = lines("one\ntwo\nthree", "one\nthree")
    assert [line.split() for line in shown] == [["one", "one"], [">", "two"], ["three", "three"]]


def test_nothing_is_called_so():
    assert "(nothing)" in lines("", "something")[0]


def test_claims_are_put_in_one_spacing():
    block = "tensor([[1., 2.],\n        [3., 4.]], grad_fn=<A>)"
    assert loosely(block, 80) == loosely("tensor([[1.,2.],[3.,4.]],grad_fn=<A>)", 80)


def test_what_cannot_be_seen_is_spelt_out():
    def stream(text):
        return {"output_type": "stream", "name": "stdout", "text": text}

    assert shown_texts([stream("a")], [stream("a\n")]) == ("stdout: 'a'", "stdout: 'a\\n'")
