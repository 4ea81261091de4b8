"""The course around the engine: the lessons' practice, the check that holds them to the tutorial, and the command."""
