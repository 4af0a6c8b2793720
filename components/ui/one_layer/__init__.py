"""The One layer page: what attention and the feed-forward network of a layer do to each token."""
