"""The course on the web: the book, and the edition that runs in a browser."""
