"""What a cell shows is held to the claims: the tutorial's loose spacing, its dots, its kinds."""

from __future__ import annotations

import pytest

from tensorlab_course.claims import load_claims, match_claims
from tensorlab_course.claims.claim import sections
from tensorlab_course.claims.matching import Expectation

CLAIMS = load_claims()


def holds(name: str, text: str) -> bool:
    kind, _, claim = name.rpartition(":")
    return match_claims(text, [Expectation(CLAIMS[claim], today=kind == "today")]) == [None]


def test_all_claims_of_the_tutorial_are_there():
    assert len(CLAIMS) == 80
    assert len(sections()) == 18
    assert sum(claim.differs_today for claim in CLAIMS.values()) == 10


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_what_torch_prints_holds_a_claim_unless_it_is_of_1_1(claim):
    """And what the tutorial says holds it, unless the tutorial errs, or leaves something out."""
    assert holds(f"claim:{claim.id}", claim.torch_2_13) == (claim.kind != "pytorch-1.1")
    assert holds(f"today:{claim.id}", claim.torch_2_13)
    if "..." not in claim.prints:
        assert holds(f"claim:{claim.id}", claim.prints) == (claim.kind != "erratum")


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("claim:create-tensor-01", "tensor([1., 2., 3., 4.])"),
        ("claim:create-tensor-01", "tensor([1, 2, 3])"),
        ("claim:create-tensor-01", "x = tensor([1., 2., 3.])"),
        ("claim:create-tensor-01", ""),
        ("claim:data-types-03", "torch.float32"),
        ("claim:transcendental-02", "ValueError: cos(): argument 'input' must be Tensor"),
        ("claim:transcendental-02", "TypeErrors"),
        ("claim:transcendental-04", "tensor(1.)"),
        ("today:transcendental-04", "RuntimeError: cos_vml_cpu not implemented for 'Long'"),
        ("claim:conv-bias-01", "Parameter containing:\ntensor([0.1, 0.2], requires_grad=True)"),
        ("claim:conv-bias-01", "Parameter containing:\ntensor([0.1, 0.2, 0.3])"),
        ("claim:custommodule-02", "tensor([[[[0.1, 0.2]]]], requires_grad=True)"),
        ("claim:custommodule-03", "Parameter containing: tensor([[[[1.,1.]]]])"),
    ],
)
def test_what_is_not_the_claim_does_not_hold(claim, text):
    assert not holds(claim, text)


def test_random_values_may_be_any_numbers_in_the_right_shape():
    bias = "Parameter containing:\ntensor([-1e-05, 2., 5.0e+02], requires_grad=True)"
    assert holds("claim:conv-bias-01", bias)
    block = "[[ 1.5, -2.0],\n [0., 1e-3]]"
    weight = f"tensor([[{block}, {block}, {block}]], requires_grad=True)"
    assert holds("claim:custommodule-02", weight)
    assert holds("claim:custommodule-02", f"Parameter containing:\n{weight}")


def test_dots_stand_for_anything():
    text = CLAIMS["iterate-modules-01"].torch_2_13
    assert holds("claim:iterate-modules-01", text)
    assert holds("claim:iterate-modules-01", text.split("\nConv2d")[0])
    assert not holds("claim:iterate-modules-01", text.replace("bias=False", "bias=True"))


def test_several_claims_are_held_in_their_order_and_the_broken_one_is_found():
    names = ["indexing-02", "indexing-03", "indexing-04"]
    expectations = [Expectation(CLAIMS[name]) for name in names]
    texts = [CLAIMS[name].torch_2_13 for name in names]
    assert match_claims("\n".join(texts), expectations) == [None] * 3
    broken = "tensor([[4, 5],\n        [6, 8]])"
    assert match_claims("\n".join([texts[0], broken, texts[2]]), expectations) == [
        None,
        broken,
        None,
    ]
    assert match_claims("\n".join(texts[:2]), expectations) == [None, None, ""]
    assert match_claims("\n".join(reversed(texts)), expectations).count(None) < 3


def test_more_than_the_claim_does_not_hold():
    found = match_claims("torch.Size([3])\nand more", [Expectation(CLAIMS["create-tensor-02"])])
    assert found == ["torch.Size([3])\nand more"]
