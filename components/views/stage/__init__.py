"""What a page does in the window as a whole: history, keys, room for pictures. It draws nothing."""

from components.views.stage.view import stage

__all__ = ["stage"]
