"""The page of the phones: one file of its own, with its script and its style sheet in it."""

import base64
import hashlib
from functools import cache as once
from pathlib import Path

_HERE = Path(__file__).parent


@once
def page() -> str:
    """Return the page as HTML."""
    style, script = _read("phone.css"), _read("phone.js")
    return _read("phone.html").replace("/*style*/", style).replace("/*script*/", script)


@once
def policy() -> str:
    """Return the content security policy: this style and this script, this server, and nothing else."""
    style, script = _hash(_read("phone.css")), _hash(_read("phone.js"))
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _read(name: str) -> str:
    """Return a file without what only those need who read it here: indents, and lines that are comments."""
    lines = (line.strip() for line in (_HERE / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if not line.startswith(("//", "/*")))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
