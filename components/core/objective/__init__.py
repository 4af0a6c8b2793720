"""What a model for sentence vectors is trained for: pairs, the loss over a batch of them, and one step downhill."""
