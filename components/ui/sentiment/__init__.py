"""Parts of the Sentiment page."""
