"""Which labelled texts are learned from: the shipped reviews, or a file of the reader's own."""

import html
from collections.abc import Hashable
from functools import cache as once
from typing import Final

import streamlit as st

from components.core import Encoder
from components.core.classification.datasets import (
    FOLDS,
    MOST_CLASSES,
    LabelledDataset,
    split_dataset,
    with_fixed_split,
)
from components.core.errors import UploadError
from components.core.text.sentence_set import MOST_SENTENCES, select_sentences
from components.core.text.uploads import MOST_BYTES, read_upload
from components.ui import state
from components.ui.assets import ASSETS, read_toml
from components.ui.caches import sentence_sets
from components.ui.caches.sentence_sets import SentenceSetRequest
from components.ui.page import markup, stop_on_error
from components.ui.pickers import pick_option
from components.ui.rejected_rows import draw_rejected_rows
from components.ui.table_upload import TableUpload
from components.ui.wording import format_count

SHIPPED: Final = "Reviews"
FILE: Final = "File"
_TABLE: Final = TableUpload("text")
#: The classes of the shipped reviews; the second one's probability is what is shown.
_CLASSES: Final = ("negative", "positive")
# The labelled set that was made last of a reader's own texts, and what from.
_OWN = "own_labelled"


@once
def shipped_reviews() -> LabelledDataset:
    """The reviews and posts that come with the app, those of the hard set apart by their kinds."""
    name = "reviews.csv"
    upload = read_upload(name, (ASSETS / name).read_bytes())
    texts = select_sentences(upload, "text", "label")
    part, kind = (upload.columns.index(column) for column in ("split", "kind"))
    kinds: dict[str, tuple[int, ...]] = {}
    for place, (_, fields) in enumerate(upload.rows):
        if fields[kind]:
            kinds[fields[kind]] = (*kinds.get(fields[kind], ()), place)
    return with_fixed_split(texts, _CLASSES, [fields[part] for _, fields in upload.rows], kinds)


@once
def hard_kinds() -> dict[str, str]:
    """Kind of the hard set → what is hard about it."""
    return {kind["name"]: kind["says"] for kind in read_toml("hard_kinds")["kind"]}


def ask() -> None:
    """Ask where the texts come from."""
    with st.popover("Texts", width="content"):
        source = pick_option("Take them from", [SHIPPED, FILE], state.Sentiment.REVIEWS_FROM)
        if source == FILE:
            _TABLE.ask("A file of texts with labels, one a row")
        st.caption(
            f"2 to {MOST_CLASSES} classes with at least {FOLDS} texts each; at most {MOST_SENTENCES:,} texts and "
            f"{MOST_BYTES // 1_000_000} MB. They go to the computer that runs Encoderscope, and nowhere else."
        )


def is_shipped() -> bool:
    """Whether the shipped reviews are learned from."""
    return bool(st.session_state[state.Sentiment.REVIEWS_FROM] == SHIPPED)


def read(model: str) -> LabelledDataset:
    """The texts asked for; if nothing can be learned from them, say why and end the page here."""
    if is_shipped():
        return shipped_reviews()
    with stop_on_error(_offer_shipped):
        given = _TABLE.read()
        refused = sentence_sets.unreadable_sentences(SentenceSetRequest(model, given))
        if len(refused) == len(given.sentences):
            raise UploadError(
                f"Of {format_count(len(refused), 'text')} this model can read none. "
                f"The first: {next(iter(refused.values()))}"
            )
        name: Hashable = (model, given.digest)
        before = st.session_state.get(_OWN)
        if before is None or before[0] != name:
            whole = given.without({place: f"cannot be read by this model ({why})" for place, why in refused.items()})
            before = st.session_state[_OWN] = name, split_dataset(whole)
        found: LabelledDataset = before[1]
        return found


def _offer_shipped() -> None:
    st.button(
        "Take the shipped reviews", on_click=lambda: st.session_state.update({state.Sentiment.REVIEWS_FROM: SHIPPED})
    )


def draw_bar(texts: LabelledDataset, model: str, encoder: Encoder) -> None:
    """Say what is learned from, what is scored, what was left out, and what is read only in part."""
    parts = [format_count(len(texts.texts.sentences), "text"), f"{len(texts.classes)} classes"]
    if texts.is_cross_validated:
        parts.append(f"each scored by what learned from {len(texts.splits) - 1} of {len(texts.splits)} parts")
    else:
        parts += [f"{len(texts.train_indices):,} learned from", f"{len(texts.test_indices):,} scored"]
        apart = sum(len(places) for _, places in texts.challenge_sets)
        if apart:
            parts.append(f"{apart} hard ones apart")
    markup(f'<p class="es-count">{html.escape(", ".join(parts))} · {html.escape(encoder.short_name)}</p>')
    if is_shipped():
        return
    if _TABLE.problem:
        markup(f'<p class="es-problem">{html.escape(_TABLE.problem)} The file before is shown.</p>')
    long = sentence_sets.too_long(SentenceSetRequest(model, texts.texts))
    if long:
        markup(
            f'<p class="es-note">{format_count(long, "text")} of more than {encoder.encode_limit} tokens: the encoder reads '
            "only the beginning of so long a one, word counts all of it.</p>"
        )
    draw_rejected_rows({"": texts.texts.rejected})
