"""Training a tiny model on a toy language, in a process of its own, and what is kept of it."""
