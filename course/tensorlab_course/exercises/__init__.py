"""The exercises as students get them; their sources, with the solutions, are in `course/source`."""
