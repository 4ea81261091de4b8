"""Grading: a class of notebooks, run in a sandbox and judged by tests that no student can reach."""
