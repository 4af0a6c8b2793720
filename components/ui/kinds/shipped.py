"""What the page opens with: its language, and where its models are."""

from functools import cache as once
from typing import Final

from components.core.languages.skills import LanguageFile, read_language_file
from components.ui.assets import ASSETS

#: The folder of assets that holds the models.
FOLDER: Final = "kinds"


@once
def language_file() -> LanguageFile:
    """Return Kitchen with its translations."""
    return read_language_file((ASSETS / "languages" / "kitchen_translated.toml").read_text(encoding="utf-8"))


def grammar() -> str:
    """Return the grammar on which the three models were trained."""
    return language_file().grammar
