"""What heads attend to, how one weight comes about, and what the encoder does without a head."""
