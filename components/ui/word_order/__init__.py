"""The parts of the Word order page."""
