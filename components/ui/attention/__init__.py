"""The parts of the attention view: what it reads, its pictures, and the questions it answers below them."""
