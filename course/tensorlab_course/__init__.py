"""The course around the engine: the lessons' practice, the check of their claims, the command."""

from __future__ import annotations

import sys

# jsonschema builds a grammar for a format that no notebook has: 2 s of each start.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
