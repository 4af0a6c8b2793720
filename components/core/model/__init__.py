"""The encoder: opened, run, watched and changed; and its trace."""
