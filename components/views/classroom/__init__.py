"""The corner of a screen that shows a room: its code, the QR code that leads into it, and how many are in."""

from components.views.classroom.view import Corner, corner

__all__ = ["Corner", "corner"]
