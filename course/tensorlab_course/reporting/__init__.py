"""What comes after grading: grades for other systems, and the report on an assignment."""
