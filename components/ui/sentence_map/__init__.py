"""The parts of the Sentence map page."""
