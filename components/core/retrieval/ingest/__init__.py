"""Documents read from files, kept for their owners, and cut into chunks."""
