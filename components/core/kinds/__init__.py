"""Encoder, decoder, both: what each attends to, knows, writes and translates, on one toy language."""
