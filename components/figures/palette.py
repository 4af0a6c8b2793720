"""One colour for each role, in light and in dark.

Text and lines have a contrast of at least 4.5 : 1 with the background (a test measures it). The diverging scale runs
from red to blue, which colour-blind readers can tell apart.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, as #RRGGBB."""

    paper: str
    ink: str
    quiet: str  # secondary text, axes
    line: str  # separators
    query: str
    key: str
    value: str
    output: str
    word: str
    position: str
    token_type: str
    diverging: tuple[str, ...]  # negative … zero … positive
    sequential: tuple[str, ...]  # 0 … 1


LIGHT = Palette(
    paper="#FBFAF6",
    ink="#20242C",
    quiet="#5F6368",
    line="#DDD9CC",
    query="#B9472F",
    key="#2F6690",
    value="#3B7A40",
    output="#3B7A40",
    word="#8F6200",
    position="#7450A6",
    token_type="#5F6368",
    diverging=("#8E2A15", "#B9472F", "#DE9F8D", "#F6F3EC", "#9DB9CF", "#2F6690", "#153F62"),
    sequential=("#F8F6F0", "#C9DAE7", "#86AECB", "#3F78A4", "#1D4E79", "#0C2A47"),
)

DARK = Palette(
    paper="#16181D",
    ink="#E9E6DD",
    quiet="#A7ABB3",
    line="#3A3F49",
    query="#F08D76",
    key="#7FB2DA",
    value="#86C98C",
    output="#86C98C",
    word="#E0AE4E",
    position="#BDA3E8",
    token_type="#A7ABB3",
    diverging=("#FF8A6B", "#D9674C", "#84402F", "#23262D", "#2B5878", "#4A92C9", "#74C4FF"),
    sequential=("#1B1E24", "#24405A", "#33658C", "#5C97C4", "#9CCBEE", "#E4F3FE"),
)


#: The roles whose colours distinguish groups, in order; each group also has a shape.
GROUPS = ("key", "query", "word", "position", "value", "quiet")

#: Colours that, with four shapes, distinguish many groups of dots: ten hues of similar contrast on each background.
CATEGORIES_LIGHT = (
    "#2F6690", "#B9472F", "#8F6200", "#7450A6", "#3B7A40", "#0E7C86", "#B0347A", "#7A4B2A", "#5A6B12", "#3D4FC4",
)  # fmt: skip
CATEGORIES_DARK = (
    "#7FB2DA", "#F08D76", "#E0AE4E", "#BDA3E8", "#86C98C", "#5CC9CF", "#F08FC0", "#C9A287", "#B9C75C", "#9DA9FF",
)  # fmt: skip


def colour_scale(colours: tuple[str, ...]) -> list[list[float | str]]:
    """Return a Plotly colour scale with the colours at equal steps from 0 to 1.

    >>> colour_scale(("#000000", "#FFFFFF"))
    [[0.0, '#000000'], [1.0, '#FFFFFF']]
    """
    last = len(colours) - 1
    return [[step / last, colour] for step, colour in enumerate(colours)]
