"""What a test asked for that can't cross into the sandbox, told with another way to write it."""

from __future__ import annotations

import re
from typing import Any

# What an error of the boundary says, and the advice: nothing of the error itself is told, as it
# may come from a hidden test.
_ADVICE = {
    r"a test can't derive a class from the submission's class": (
        "derives a class from one of the student's, which can't be done across the sandbox. "
        "Call the methods of the student's class instead"
    ),
    r"this can't be handed to the submission": (
        "hands the student's code something that can't cross into the sandbox. Plain data, arrays, "
        "tensors, functions, and objects of classes from a locked cell can"
    ),
    r"an object that was made by an earlier state of the submission": (
        "uses an object of the student's that an earlier test cell made. Make it in the same cell"
    ),
    r"\.(?:py|sh)'?(?:\]|\))?(?: not found|$)": (
        "looks for a program file of the student's, which stays in the sandbox. Import it, or run "
        "it with subprocess.run or %run"
    ),
    r"which this exercise does not ask for, where plain data is expected": (
        "got an object of a class that the exercise does not ask for. If that is right, name the "
        "class in the test or in the model solution"
    ),
}


def advice(grade_id: str, outputs: list[dict[str, Any]]) -> str:
    """A note on a test that failed at the boundary; empty for any other."""
    for output in outputs:
        if output.get("output_type") == "error":
            for pattern, words in _ADVICE.items():
                if re.search(pattern, str(output.get("evalue"))[:2000]):
                    return f"for the instructor: the test {grade_id} {words}"
    return ""
