"""The Train one page: a tiny encoder learns a toy language."""
