"""The course as a web site: the book, and beside it the browser edition."""
