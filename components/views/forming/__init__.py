"""A model that learns: its loss, and its word embeddings, answers and heads, moved by one slider."""

from components.views.forming.view import Loss, Skill, forming

__all__ = ["Loss", "Skill", "forming"]
