"""The parts of the attention studio: what it reads, its pictures, and the questions it answers below them."""
