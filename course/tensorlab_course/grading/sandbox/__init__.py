"""Where a student's cells run: a bubblewrap sandbox, entered by a process that is warm already."""
