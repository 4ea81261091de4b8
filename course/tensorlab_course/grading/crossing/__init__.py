"""What crosses between a student's process and the trusted one: plain data, in bounded messages."""
