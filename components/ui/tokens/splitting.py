"""Why a word is cut as it is: the tokenizer's look-ups in the vocabulary, round by round."""

import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.core.tokens.tokens import Tokens, Word
from components.core.tokens.wordpiece import Step
from components.ui import state
from components.ui.page import markup, quoted
from components.ui.stage import frame
from components.ui.tokens.summary import split_words
from components.ui.wording import shorten

# Candidates of one round that are listed: the first ones and the last.
_LISTED = 4
_OFFERED = "Squatch eats pizza"
# Words that can be picked.
_MOST_WORDS = 60


def draw(encoder: Encoder, tokens: Tokens) -> None:
    """Show the look-ups of one word; where no word is split, offer an example."""
    split = split_words(tokens)
    if not split:
        frame.heading(
            "No word of this sentence is split: each is in the vocabulary whole",
            "A rare word, or a name, is looked up piece by piece.",
        )
        st.button(
            f"Read “{_OFFERED}” instead",
            on_click=lambda: st.session_state.update({state.Shared.TEXT: _OFFERED}),
        )
        return
    word = _pick_word(split)
    steps = encoder.wordpiece_steps(word.text)
    if steps is None:
        frame.heading(
            f"{quoted(shorten(word.text, 40))} is put together from {len(word.token_indices)} pieces",
            "The pieces of this vocabulary were chosen by how often they occur in text; a rare word needs several.",
        )
        _draw_pieces(tokens, word)
        return
    frame.heading(_finding(word, steps), _lead(word, steps))
    rounds = [_round(number, step) for number, step in enumerate(steps, start=1)]
    markup(Markup('<ol class="es-rounds">{}</ol>').format(Markup("").join(rounds)))
    with frame.details():
        frame.note(
            "WordPiece: Wu et al. 2016, “Google’s Neural Machine Translation System”, section 4.1, as BERT uses it. "
            "Rarer words are usually cut into more pieces; [UNK] counts as one."
        )


def _pick_word(split: list[Word]) -> Word:
    names = [word.text for word in split[:_MOST_WORDS]]
    with frame.controls():
        picked = st.selectbox(
            "Word", names, key=state.Tokens.WORD, bind=state.IN_URL, persist_state="session", width=280
        )
    return split[names.index(picked)]


def _finding(word: Word, steps: list[Step]) -> str:
    name, first = quoted(shorten(word.text, 40)), steps[0]
    if first.found is None or steps[-1].found is None:
        return f"No pieces of the vocabulary make up {name}: it becomes [UNK]"
    return f"{name} is not in the vocabulary; {quoted(first.found)} is the longest beginning that is"


def _lead(word: Word, steps: list[Step]) -> str:
    looked_up = next((step.tried[0] if step.tried else step.found for step in steps), None) or word.text
    folded = (
        f" Before, {quoted(shorten(word.text, 30))} becomes {quoted(shorten(looked_up, 30))}: "
        "this model drops capitals and accents."
        if looked_up != word.text
        else ""
    )
    return (
        "WordPiece takes the longest piece that the vocabulary has, from the left, and goes on with the rest. Pieces "
        f"that continue a word begin with ##.{folded}"
    )


def _round(number: int, step: Step) -> Markup:
    """Return one round: the candidates that are not in the vocabulary, and the piece that is."""
    tried = [Markup('<span class="es-tried">{}</span>').format(shorten(piece, 34)) for piece in step.tried]
    if len(tried) > _LISTED:
        left_out = len(tried) - _LISTED + 1
        tried = [
            *tried[: _LISTED - 2],
            Markup("<small>… {} more, each a letter shorter …</small>").format(left_out),
            tried[-1],
        ]
    if step.found is None:
        found = Markup("<small>no piece fits</small> <b>[UNK]</b>")
    else:
        found = Markup('<b class="es-chip es-w">{}</b>').format(step.found)
    return Markup("<li><small>{}</small>{}{}</li>").format(number, Markup("").join(tried), found)


def _draw_pieces(tokens: Tokens, word: Word) -> None:
    pieces = Markup(" + ").join(
        Markup('<b class="es-chip">{}</b>').format(tokens.labels[index]) for index in word.token_indices
    )
    markup(Markup('<p class="es-large">{}</p>').format(pieces))
