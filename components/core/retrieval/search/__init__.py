"""Rankings of chunks, and the reason for a score."""
