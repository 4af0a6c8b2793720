"""Texts of the assets folder, read once."""

import tomllib
from functools import cache as once
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parents[2] / "assets"


@once
def read_toml(name: str) -> dict[str, Any]:
    """Return the content of assets/<name>.toml."""
    return tomllib.loads((ASSETS / f"{name}.toml").read_text(encoding="utf-8"))
