"""Where a token stands, and what word order changes."""
