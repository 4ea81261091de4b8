"""What each lesson asks, a file a lesson: its predictions, its exercises, and their checks."""
