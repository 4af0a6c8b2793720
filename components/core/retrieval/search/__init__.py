"""Search methods, their rankings, and explanations of scores."""
