"""The parts of the Tokens page: the finding, how words are split, and the vocabulary."""
