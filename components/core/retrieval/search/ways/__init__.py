"""Ways of searching: each technique with its settings, all prepared and asked alike."""
