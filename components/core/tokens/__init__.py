"""Text into tokens."""
