"""The blank: the tokens that a model puts there first, and what is left for all others."""

import numpy as np
import pandas as pd
from markupsafe import Markup

from components.figures.charts.bars import bars
from components.ui.blank import missing_head
from components.ui.blank.session import Filling, NoHead
from components.ui.charts import show
from components.ui.page import palette, quoted
from components.ui.stage import frame, question
from components.ui.wording import format_percent, join_list

_SHOWN = 10
_ASKED = 5


def draw(found: Filling | NoHead | None) -> None:
    """Draw the distribution over the vocabulary in one blank."""
    assert found is not None  # the page reads it where this screen is shown
    if isinstance(found, NoHead):
        missing_head.draw(found)
        return
    probabilities = found.probabilities
    order = np.argsort(-probabilities, kind="stable")
    first = [int(token) for token in order[:_SHOWN]]
    asked = question.one_of(
        "blank",
        (found.request, found.blank),
        f"Which word does {found.encoder.short_name} find most likely in {found.names_blank}?",
        # In the order of the alphabet, which tells nothing.
        sorted(found.label(token) for token in first[:_ASKED]),
        found.label(first[0]),
    )
    if asked.hidden:
        return
    shown = list(first)
    if found.followed is not None and found.followed not in shown:
        shown.append(found.followed)
    rest = max(0.0, 1.0 - float(probabilities[shown].sum(dtype=float)))
    others = len(probabilities) - len(shown)
    top = first[0]
    frame.heading(
        f"{quoted(found.word(top))} comes first{_where(found)}, with {format_percent(float(probabilities[top]))}",
        _lead(found, order, shown, rest),
    )
    labels = [found.label(token) for token in shown] + ([f"{others:,} others"] if others else [])
    values = [float(probabilities[token]) for token in shown] + ([rest] if others else [])
    colours = palette()
    show(
        bars(
            values,
            labels,
            colours.word,
            colours,
            "probability",
            "token",
            marked=None if found.followed is None else shown.index(found.followed),
            guesses=asked.guesses.mapped(labels.index),
        ),
        key="blank-words",
        alt=f"The most likely tokens in {found.names_blank}: "
        + join_list([f"{found.label(token)} {format_percent(float(probabilities[token]))}" for token in first[:3]]),
        numbers=lambda: _numbers(found, order),
    )
    with frame.details():
        frame.note(
            "The blank is read as the token "
            f"{found.read.mask}, which no word is. Its context vector goes through the masked-word head: a small "
            "network, then a logit for each token of the vocabulary, then the softmax over all of them."
        )
        frame.note(
            f"The distribution is as spread out as an even choice among {_perplexity(probabilities):,.1f} tokens (its "
            "perplexity)."
        )
        frame.note(
            "The masked-word head and the encoder were trained together to fill in blanks (masked-language modelling)."
        )


def _where(found: Filling) -> str:
    return f" in {found.names_blank}" if len(found.read.blanks) > 1 else ""


def _lead(found: Filling, order: np.ndarray, shown: list[int], rest: float) -> Markup:
    """The sentence with its blank filled, what the rest holds, and the rank of the reader's own word."""
    filled = found.read.filled({found.blank: found.word(int(order[0]))})
    parts = [Markup("<bdi>“{}”</bdi>").format(filled)]
    if len(shown) < len(order):
        parts.append(
            Markup(" The {} tokens shown hold {}, all others {}.").format(
                len(shown), format_percent(1 - rest), format_percent(rest)
            )
        )
    if found.followed is not None:
        rank = int(np.flatnonzero(order == found.followed)[0]) + 1
        share = format_percent(float(found.probabilities[found.followed]))
        parts.append(
            Markup(" Yours, <bdi>{}</bdi>, has rank {:,} of {:,}, with {}.").format(
                quoted(found.word(found.followed)), rank, len(order), share
            )
        )
    parts.append(Markup(found.alone))
    return Markup("").join(parts)


def _perplexity(probabilities: np.ndarray) -> float:
    """The number of equally likely tokens that would be as uncertain: e to the entropy in nats."""
    positive = probabilities[probabilities > 0].astype(float)
    return float(np.exp(-(positive * np.log(positive)).sum()))


def _numbers(found: Filling, order: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {"probability": found.probabilities[order]},
        index=pd.Index([found.label(int(token)) for token in order], name="token"),
    )
