"""The rows of the Save menu: it turns pictures of the page into files. It draws nothing but its buttons."""

from components.views.save_menu.view import Entry, save_menu

__all__ = ["Entry", "save_menu"]
