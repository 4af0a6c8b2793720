"""Lessons: ordered screens with what to say about each, read from a file that a teacher writes."""
