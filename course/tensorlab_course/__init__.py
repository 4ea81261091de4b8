"""The course around the engine: the lessons' practice, the check of their claims, the command."""
