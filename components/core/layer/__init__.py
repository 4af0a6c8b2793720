"""The whole layer: attention and the feed-forward network, each with a residual and a LayerNorm."""
