"""Search methods compared on questions with known answers."""
