"""The screen “the pipeline”: a chain of steps, and the way of each passage through their rankings."""
