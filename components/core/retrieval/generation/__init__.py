"""Generation: the prompt, the language model, and the sources that support its answer."""
