"""The tutorial's 80 claims, and the check that holds the lessons to them."""

from __future__ import annotations

from tensorlab_course.claims.claim import Claim, load_claims, section_of
from tensorlab_course.claims.ledger import ClaimResult, hold_claims
from tensorlab_course.claims.matching import match_claims

__all__ = ["Claim", "ClaimResult", "hold_claims", "load_claims", "match_claims", "section_of"]
