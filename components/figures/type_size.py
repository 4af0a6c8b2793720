"""The size of the text in figures: stated for every text, never below 14 pixels, and larger for presenters."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from components.figures.palette import Palette
from components.figures.spread import room_of_name, spread

#: Of any text in a figure, in pixels, on a screen of 1280 × 720.
SMALLEST = 14
_TITLE = 15
# Presenters' type is so much larger in a window of 1280 × 720; beyond that, it grows with the window, as figures do.
_NO_HIGHER = 1.3
_STANDOFF = 9  # pixels from an axis to its title

#: A part of a figure as Plotly's schema spells it.
Spec = dict[str, Any]


def state_sizes(traces: Sequence[Spec], layout: Spec, palette: Palette) -> tuple[list[Spec], Spec]:
    """Return traces and a layout in which every text has a size; what is left unsaid, Plotly would draw smaller.

    Text beside the picture gets a colour that can be read on both grounds. Sizes and colours that are given stay.
    """
    quiet = {"size": SMALLEST, "color": palette.quiet}
    sized = dict(layout)
    for name, value in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            sized[name] = _with_fonts(value, quiet, quiet | {"size": _TITLE}, {"standoff": _STANDOFF})
    sized["font"] = {"size": SMALLEST} | layout.get("font", {})
    sized["legend"] = {"font": quiet | {"color": palette.ink}} | layout.get("legend", {})
    sized["annotations"] = [
        note | {"font": {"size": SMALLEST} | note.get("font", {})} for note in layout.get("annotations", [])
    ]
    for name in ("sliders", "updatemenus"):
        if name in layout:
            sized[name] = [each | {"font": quiet | each.get("font", {})} for each in layout[name]]
    return [_sized_trace(trace, quiet) for trace in traces], sized


def enlarge(figure: go.Figure, scale: float) -> go.Figure:
    """Return the figure with all its text, markers and lines, and the margins around text, `scale` times as large."""
    if scale == 1:
        return figure
    spec = _enlarged(figure.to_dict(), scale)
    _part_names(spec["layout"], max(1.0, scale / _NO_HIGHER))
    return go.Figure(spec)


def _with_fonts(part: Spec, ticks: Spec, title: Spec, place: Spec | None = None) -> Spec:
    """Return an axis or a colour bar with the fonts of its ticks and its title. place: of the title."""
    named = (place or {}) | part.get("title", {})
    return part | {
        "tickfont": ticks | part.get("tickfont", {}),
        "title": named | {"font": title | named.get("font", {})},
    }


def _sized_trace(trace: Spec, quiet: Spec) -> Spec:
    sized = dict(trace)
    if "text" in trace or "texttemplate" in trace:
        sized["textfont"] = {"size": SMALLEST} | trace.get("textfont", {})
    if "colorbar" in trace:
        sized["colorbar"] = _with_fonts(trace["colorbar"], quiet, quiet)
    return sized


def _enlarged(part: Any, scale: float, name: str = "") -> Any:
    """Return a part of a figure with its sizes multiplied. name: the property that it stands under."""
    if isinstance(part, dict):
        if name.endswith("font") and "size" in part:
            return part | {"size": part["size"] * scale}
        if name in ("marker", "line"):
            grown = {key: part[key] * scale for key in ("size", "width") if isinstance(part.get(key), int | float)}
            part = part | grown
        if name in ("margin", "pad"):
            return {side: width * scale for side, width in part.items()}
        return {key: value if key == "template" else _enlarged(value, scale, key) for key, value in part.items()}
    if isinstance(part, list | tuple) and part and isinstance(part[0], dict):
        return [_enlarged(each, scale, name) for each in part]
    if name in ("standoff", "xshift", "yshift") and part is not None:
        return part * scale
    return part


def _part_names(layout: Spec, taller: float) -> None:
    """Move names at the ends of lines apart, which stand at values of the y axis: larger, they need more room.

    taller: how much higher the figure is drawn than it says.
    """
    names = [note for note in layout.get("annotations", []) if note.get("xref") == "paper" and note.get("yref") == "y"]
    limits = layout.get("yaxis", {}).get("range")
    if len(names) < 2 or limits is None or not layout.get("height"):
        return
    gap = room_of_name(limits[1] - limits[0], names[0]["font"]["size"], taller * layout["height"])
    gap *= max(1 + note["text"].count("<br>") for note in names)
    for note, y in zip(names, spread([float(note["y"]) for note in names], gap), strict=True):
        note["y"] = y
