"""The Explanations page: what explains a result word by word, and which explanation deserves belief."""
