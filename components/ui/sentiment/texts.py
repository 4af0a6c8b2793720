"""The labelled texts of the page: the shipped reviews, or a reader's own file."""

from collections.abc import Hashable
from functools import cache as once
from typing import Final

import streamlit as st
from markupsafe import Markup

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
#: Where the page stands.
PAGE: Final = "pages/applications/sentiment.py"
_TABLE: Final = TableUpload(state.Table("text"))
#: The classes of the shipped reviews; the second one's probability is what is shown.
_CLASSES: Final = ("negative", "positive")


@once
def shipped_reviews() -> LabelledDataset:
    """The reviews and posts that come with the app. Those of the hard set are challenge texts, by kind."""
    name = "reviews.csv"
    upload = read_upload(name, (ASSETS / name).read_bytes())
    texts = select_sentences(upload, "text", "label")
    part, kind = (upload.columns.index(column) for column in ("split", "kind"))
    kinds: dict[str, tuple[int, ...]] = {}
    for index, (_, fields) in enumerate(upload.rows):
        if fields[kind]:
            kinds[fields[kind]] = (*kinds.get(fields[kind], ()), index)
    return with_fixed_split(texts, _CLASSES, [fields[part] for _, fields in upload.rows], kinds)


@once
def hard_kinds() -> dict[str, str]:
    """Kind of the hard set → the reason why it is hard."""
    return {kind["name"]: kind["says"] for kind in read_toml("hard_kinds")["kind"]}


def ask() -> None:
    """Ask for the source of the texts."""
    source = pick_option("Texts", [SHIPPED, FILE], state.Sentiment.REVIEWS_FROM)
    if source == FILE:
        _TABLE.ask("A file of texts with labels, one a row")
    st.caption(
        f"2 to {MOST_CLASSES} classes with at least {FOLDS} texts each; at most {MOST_SENTENCES:,} texts and "
        f"{MOST_BYTES // 1_000_000} MB. They go to the computer that runs Encoderscope, and nowhere else."
    )


def take(name: str, content: bytes) -> None:
    """Take a table that another page made, as if the reader had given it; the page's address says to use it."""
    _TABLE.take(name, content)


def is_shipped() -> bool:
    """True if the page uses the shipped reviews."""
    return bool(st.session_state[state.Sentiment.REVIEWS_FROM] == SHIPPED)


def read(model: str) -> LabelledDataset:
    """Return the labelled texts; if they cannot be learned from, show the reason and end the page."""
    if is_shipped():
        return shipped_reviews()
    with stop_on_error("No texts to learn from", _offer_shipped):
        sentence_set = _TABLE.read()
        unreadable = sentence_sets.unreadable_sentences(SentenceSetRequest(model, sentence_set))
        if len(unreadable) == len(sentence_set.sentences):
            raise UploadError(
                f"This model can read none of {format_count(len(unreadable), 'text')}. "
                f"The first: {next(iter(unreadable.values()))}"
            )
        key: Hashable = (model, sentence_set.digest)
        before = st.session_state.get(state.Sentiment.OWN_DATASET)
        if before is None or before[0] != key:
            whole = sentence_set.without(
                {index: f"cannot be read by this model ({why})" for index, why in unreadable.items()}
            )
            before = st.session_state[state.Sentiment.OWN_DATASET] = key, split_dataset(whole)
        dataset: LabelledDataset = before[1]
        return dataset


def _offer_shipped() -> None:
    st.button(
        "Use the shipped reviews", on_click=lambda: st.session_state.update({state.Sentiment.REVIEWS_FROM: SHIPPED})
    )


def describe(texts: LabelledDataset) -> str:
    """The size of the set and its parts."""
    parts = [format_count(len(texts.texts.sentences), "text"), f"{len(texts.classes)} classes"]
    if texts.is_cross_validated:
        parts.append(f"cross-validated in {len(texts.splits)} parts")
    else:
        parts += [f"{len(texts.train_indices):,} for training", f"{len(texts.test_indices):,} held out"]
        hard = sum(len(indices) for _, indices in texts.challenge_sets)
        if hard:
            parts.append(f"{hard:,} in the hard set")
    return ", ".join(parts)


def draw_size(texts: LabelledDataset) -> None:
    """Draw the size of the set and its parts."""
    markup(Markup('<p class="es-count">{}</p>').format(describe(texts)))


def draw_result_of_upload(texts: LabelledDataset, model: str, encoder: Encoder) -> None:
    """Draw how a reader's file was read, rows that were left out, and texts that are too long."""
    if is_shipped():
        return
    _TABLE.draw_reading()
    long = sentence_sets.too_long(SentenceSetRequest(model, texts.texts))
    if long:
        have = "has" if long == 1 else "have"
        markup(
            Markup(
                '<p class="es-note">{} {} more than {} tokens: the encoder reads only the beginning, word counts '
                "include all of it.</p>"
            ).format(format_count(long, "text"), have, encoder.encode_limit)
        )
    draw_rejected_rows({"": texts.texts.rejected})
