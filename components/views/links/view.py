"""Python side of the links view: it takes the weights of some heads and returns the token that is clicked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from components.core.attention.quantization import QuantizedWeights
from components.figures.palette import DARK, LIGHT
from components.views import picture
from components.views.heads import Axes

_HERE = Path(__file__).parent
# The open head comes first; the others differ by colour and by their order in the legend.
_ROLES = ("key", "word", "position", "value")
#: The number of heads that can be distinguished.
MOST_HEADS = len(_ROLES)
_mount = st.components.v2.component(
    "encoderscope_links",
    html=picture.frame_html('<svg class="picture"></svg>'),
    css=picture.CSS + (_HERE / "links.css").read_text(encoding="utf-8"),
    js=picture.JS + (_HERE / "links.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Link:
    """The pair of tokens that is picked, as indices into the text."""

    query: int
    key: int


def links(
    weights: QuantizedWeights,
    axes: Axes,
    names: Sequence[str],
    picked: Link,
    share: int,
    *,
    off: bool = False,
    key: str,
    alt: str,
    file: str,
    channel: str,
    on_pick: Callable[[str, int], None],
) -> None:
    """Draw lines from the query tokens on the left to the key tokens on the right; the weight is the thickness.

    weights: of the heads in `names`, at most MOST_HEADS, with 4 decimals. share: each row shows its thickest lines,
    until they add up to this percentage of the row's weight on the tokens shown. off: the first head is switched off,
    and its lines are faint and dashed. channel: pictures on one channel mark
    the same tokens. on_pick: called with "query" or "key" and the index of a clicked token, before the page runs again.
    """

    def picked_token() -> None:
        token = st.session_state[key].picked
        if token is not None:
            on_pick(str(token[0]), int(token[1]))

    data = {
        "tokens": axes.tokens,
        "rows": axes.rows,
        "columns": axes.columns,
        "names": names,
        "picked": [picked.query, picked.key],
        "share": share,
        "off": off,
        "colours": {
            theme: {
                "heads": [getattr(palette, role) for role in _ROLES],
                "query": palette.query,
                "key": palette.key,
                "ink": palette.ink,
                "quiet": palette.quiet,
                "paper": palette.paper,
            }
            for theme, palette in {"light": LIGHT, "dark": DARK}.items()
        },
        "alt": alt,
        "file": file,
        "channel": channel,
    }
    _mount(key=key, data=picture.pack_payload(data, weights.data), on_picked_change=picked_token)
