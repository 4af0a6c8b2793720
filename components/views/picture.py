"""What all our views share: the foot under a picture, the reader's theme, and saving from the browser."""

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent

#: Style sheet and JavaScript that stand before a view's own.
CSS = (_HERE / "picture.css").read_text(encoding="utf-8")
JS = (_HERE / "picture.js").read_text(encoding="utf-8")


def frame_html(picture: str, *more_buttons: str, below: str = "") -> str:
    """The HTML of a view: its picture on a stage, and below it a line that reads out and the buttons that save."""
    return f"""
    <div class="view">
      <div class="stage" tabindex="0" role="group">{picture}</div>
      <div class="foot">
        <output class="readout" aria-live="polite"></output>
        {"".join(more_buttons)}
        <button class="png" type="button" aria-label="Download this picture as PNG">PNG</button>
        <button class="svg" type="button" aria-label="Download this picture as SVG">SVG</button>
      </div>
      {below}
    </div>
    """


def pack_payload(description: dict[str, Any], values: bytes) -> bytes:
    """One payload: the description's length (4 bytes, little-endian), the description as JSON, the values.

    Streamlit sends bytes as they are only where they are all that is sent. The JSON is padded with blanks so
    that the values begin at a multiple of 4, as a Float32Array wants them.
    """
    header = json.dumps(description).encode("utf-8")
    header += b" " * (-len(header) % 4)
    return len(header).to_bytes(4, "little") + header + values
