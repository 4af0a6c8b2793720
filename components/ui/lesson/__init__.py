"""Lessons on screen: which one is under way, what it says, and the way from one stop to the next."""
