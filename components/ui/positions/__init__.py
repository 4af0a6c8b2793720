"""The parts of the Positions page: the experiment on word order, and three ways to encode a position."""
