"""What all our views share: the foot under a picture, the reader's theme, and saving from the browser."""

from pathlib import Path

_HERE = Path(__file__).parent

#: Style sheet and JavaScript that stand before a view's own.
CSS = (_HERE / "picture.css").read_text(encoding="utf-8")
JS = (_HERE / "picture.js").read_text(encoding="utf-8")


def framed(picture: str, *more_buttons: str) -> str:
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
    </div>
    """
