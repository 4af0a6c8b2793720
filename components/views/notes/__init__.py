"""The speaker's notes in a window of their own, which follow the window that presents."""

from components.views.notes.view import Note, notes

__all__ = ["Note", "notes"]
