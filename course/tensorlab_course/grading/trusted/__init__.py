"""Where the instructor's cells run: outside the sandbox, with proxies for a student's names."""
