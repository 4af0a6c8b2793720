"""Shared parts of our own views: the line under a picture, the reader's theme, and drawings for the Save menu."""

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent

#: Style sheet and JavaScript that stand before a view's own.
CSS = (_HERE / "picture.css").read_text(encoding="utf-8")
JS = (_HERE / "picture.js").read_text(encoding="utf-8")
#: Guesses of a class along an axis, for the views that have one.
STRIPS_JS = (_HERE / "strips.js").read_text(encoding="utf-8")


def frame_html(picture: str, *more_buttons: str, below: str = "") -> str:
    """Return the HTML of a view: the picture, and below it the readout and the buttons of the view."""
    return f"""
    <div class="view">
      <div class="stage" tabindex="0" role="group">{picture}</div>
      <div class="foot">
        <output class="readout" aria-live="polite"></output>
        {"".join(more_buttons)}
      </div>
      {below}
    </div>
    """


def pack_payload(description: dict[str, Any], values: bytes) -> bytes:
    r"""Return one payload: the length of the description (4 bytes, little-endian), the description as JSON, the values.

    Streamlit sends bytes unchanged only if the data is nothing but bytes. The JSON is padded with blanks so that the
    values begin at a multiple of 4, as a Float32Array requires.

    >>> pack_payload({"n": 1}, b"\x07")
    b'\x08\x00\x00\x00{"n": 1}\x07'
    """
    header = json.dumps(description).encode("utf-8")
    header += b" " * (-len(header) % 4)
    return len(header).to_bytes(4, "little") + header + values
