"""Ways of searching: each technique with its settings, prepared over the chunks of a corpus and asked by one contract."""
