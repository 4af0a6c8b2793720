"""The prompt, the language model, and what sources support its answer."""
