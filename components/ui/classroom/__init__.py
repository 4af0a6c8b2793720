"""The class on screen: its room, the questions that are asked, and what was guessed."""
