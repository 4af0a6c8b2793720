"""The page Encoder, decoder, both."""
