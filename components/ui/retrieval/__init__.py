"""The parts of the Live retrieval page."""
