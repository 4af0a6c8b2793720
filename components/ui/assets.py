"""What is shipped as text: read from the assets folder, once."""

import tomllib
from functools import cache as once
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parents[2] / "assets"


@once
def read_toml(name: str) -> dict[str, Any]:
    """The content of assets/<name>.toml."""
    return tomllib.loads((ASSETS / f"{name}.toml").read_text(encoding="utf-8"))
