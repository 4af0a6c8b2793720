"""Rotary positions: queries and keys turned by an angle for each position, instead of an added vector."""

import numpy as np
import pandas as pd
from markupsafe import Markup

from components.core import Trace
from components.core.model.attention import attention_scores
from components.core.positions.encodings import rotary_relative_similarity, rotate
from components.figures.charts.curves import curves
from components.ui.charts import show
from components.ui.page import Reading, markup, palette
from components.ui.pickers import longest_token
from components.ui.stage import frame
from components.ui.wording import format_signed

_FARTHEST = 128
_SHIFT = 100


def draw(reading: Reading) -> None:
    """Rotate a query and a key of the sentence, and draw the score of two equal vectors by their distance."""
    frame.heading(
        "A rotary model turns queries and keys: only their distance counts",
        "Newer encoders such as ModernBERT add nothing. They turn each query and key by an angle that grows with its "
        "position (Su et al. 2021). The curve is about two equal vectors, whatever the sentence.",
    )
    width = reading.trace().queries.shape[-1]
    _draw_curve(width - width % 2)
    if reading.encoder.adds_positions and width % 2 == 0:
        _draw_scores(reading)


def _draw_scores(reading: Reading) -> None:
    """Show that the score of two tokens stays the same when both move on."""
    tokens = reading.tokens
    query = longest_token(tokens)
    others = [index for index, special in enumerate(tokens.special) if not special and index != query]
    if not others:
        return
    key = others[0]
    markup(
        Markup(
            '<div class="es-formula">The <span class="es-q">query of “{}”</span> and the '
            '<span class="es-k">key of “{}”</span> in this sentence (layer 1, head 1), rotated as a rotary model would:'
            "<br>at positions {} and {} their score is <b>{}</b>;"
            "<br>{} positions further on, at {} and {}, it is <b>{}</b>.</div>"
        ).format(
            tokens.labels[query],
            tokens.labels[key],
            query + 1,
            key + 1,
            _score(reading.trace(), query, key, 0),
            _SHIFT,
            query + _SHIFT + 1,
            key + _SHIFT + 1,
            _score(reading.trace(), query, key, _SHIFT),
        )
    )


def _score(trace: Trace, query: int, key: int, shift: int) -> str:
    """Return the score of two tokens, rotated as if both were `shift` positions further on."""
    turned_query = rotate(trace.queries[0, 0, query][None].astype(float), np.array([query + shift]))
    turned_key = rotate(trace.keys[0, 0, key][None].astype(float), np.array([key + shift]))
    return format_signed(float(attention_scores(turned_query, turned_key, trace.scaling[0])[0, 0]))


def _draw_curve(width: int) -> None:
    distances = np.arange(_FARTHEST + 1)
    relative = rotary_relative_similarity(width, distances)
    colours = palette()
    show(
        curves(
            distances,
            {"score relative to distance 0": (relative, colours.position)},
            "distance between query and key, in tokens",
            "score relative to distance 0",
            colours,
            y_range=(-0.4, 1.05),
        ),
        key="rotary",
        alt="The score of two equal vectors that are rotated by their distance, relative to distance 0",
        numbers=lambda: pd.DataFrame({"relative score": relative}, index=pd.Index(distances, name="distance")),
    )
