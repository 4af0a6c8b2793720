"""A secret that one tab of a browser keeps for as long as it is open."""

from components.views.tab_key.view import tab_key

__all__ = ["tab_key"]
