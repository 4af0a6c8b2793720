"""The parts of the Context page."""
