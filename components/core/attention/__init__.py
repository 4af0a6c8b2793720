"""Patterns of heads, the derivation of one weight, and the effect of a head that is off."""
