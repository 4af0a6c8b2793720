"""Tokens: how the text is cut into pieces the model knows."""

import html

import pandas as pd
import streamlit as st

from components.core.tokens.tokens import Word
from components.figures.charts.token_bars import tokens_per_word
from components.ui import chips, state
from components.ui.charts import show
from components.ui.page import next_page, palette, read_sentence, section, shorten, title
from components.ui.page import raw_markup as markup
from components.ui.wording import format_count

# Words whose look-up is spelled out; a page of 500 would bury the idea.
_EXPLAINED = 6
_MATCHES = 60

reading = read_sentence()
encoder, tokens = reading.encoder, reading.tokens
words = tokens.words
split = [word for word in words if len(word.token_indices) > 1]
unknown = int(tokens.unknown.sum())


def finding() -> str:
    """What is worth saying first about this sentence's tokens."""
    if split:
        word = max(split, key=lambda each: len(each.token_indices))
        return f"“{shorten(word.text, 40)}” is cut into {format_count(len(word.token_indices), 'piece')}"
    if unknown:
        return f"{format_count(unknown, 'token')} here stand{'s' if unknown == 1 else ''} for something unknown"
    return "Here every word is one token"


def pieces(word: Word) -> str:
    """One word's look-up in the vocabulary, round by round, as HTML."""
    steps = encoder.wordpiece_steps(word.text)
    if steps is None:
        return " + ".join(f"<b>{html.escape(tokens.labels[index])}</b>" for index in word.token_indices)
    lines = []
    for step in steps:
        tried = [html.escape(piece) for piece in step.tried]
        listed = tried if len(tried) <= 4 else [tried[0], f"{len(tried) - 2} more", tried[-1]]
        failed = " … ".join(f'<span class="es-tried">{piece}</span>' for piece in listed)
        found = "no piece fits: [UNK]" if step.found is None else html.escape(step.found)
        lines.append(f"{failed} → <b class='es-w'>{found}</b>")
    return "<br>".join(lines)


title(
    "Step 1 of 6 · Words become numbers",
    finding(),
    f"The model knows {len(encoder.vocabulary):,} pieces of text and reads nothing else. "
    f"Under each word stand its tokens and their numbers in that list: {format_count(len(words), 'word')} "
    f"and {format_count(int(tokens.special.sum()), 'special token')} make {len(tokens.tokens)} tokens.",
)
chips.words(tokens)
notes = []
if tokens.special.any():
    places = [html.escape(label) for label, added in zip(tokens.labels, tokens.special, strict=True) if added]
    notes.append(
        f"{' and '.join(dict.fromkeys(places))} (dashed) were not typed: the tokenizer adds {places[0]} to open the "
        f"text and {places[-1]} to close it. Heads that find nothing to look at often rest on them."
    )
if unknown:
    notes.append(
        f"{format_count(unknown, 'token')} (red) stand{'s' if unknown == 1 else ''} for what the vocabulary has no piece "
        "for. The model cannot tell one such thing from another."
    )
if notes:
    markup(f'<p class="es-note">{" ".join(notes)}</p>')

if split:
    section(
        f"Why “{shorten(split[0].text, 30)}” splits",
        "The tokenizer takes the longest piece that its vocabulary has, from the left, then goes on with the rest. "
        "Pieces that continue a word begin with ##."
        if encoder.wordpiece_steps(split[0].text) is not None
        else "The vocabulary was learned from how often pieces occur in text; rare words take several.",
    )
    different = {word.text: word for word in split}
    for word in list(different.values())[:_EXPLAINED]:
        markup(f'<div class="es-formula"><b>{html.escape(word.text)}</b><br>{pieces(word)}</div>')
    if len(different) > _EXPLAINED:
        markup(
            f'<p class="es-note">{format_count(len(different) - _EXPLAINED, "other word")} of this text split too.</p>'
        )

section(
    "Tokens per word",
    f"{len(tokens.tokens) - int(tokens.special.sum())} tokens for {format_count(len(words), 'word')}: "
    f"{(len(tokens.tokens) - int(tokens.special.sum())) / len(words):.2f} each on average. "
    "The more a text is cut up, the less the model has seen of its words.",
)
counts = [len(word.token_indices) for word in words]
show(
    tokens_per_word(counts, [word.text for word in words], palette()),
    key="tokens-per-word",
    alt=f"Bars: the number of tokens of each of the {len(words)} words",
    numbers=lambda: pd.DataFrame({"word": [word.text for word in words], "tokens": counts}),
)

section("Search the vocabulary", "Is a word one token, or must it be put together? Look it up.")
wanted = st.text_input("Piece of text", placeholder="pizza", key=state.Tokens.VOCABULARY_SEARCH, max_chars=100)
if wanted.strip():
    needle = wanted.strip().lower()
    found = [(label, i) for i, label in enumerate(encoder.vocabulary_labels) if needle in label.lower()]
    found.sort(key=lambda entry: (len(entry[0]), entry[0]))
    exact = [label for label, _ in found if label.lower() in (needle, f"▁{needle}")]
    verdict = "is a token of its own" if exact else "is not a token of its own"
    markup(
        f'<p class="es-note">“{html.escape(wanted.strip())}” {verdict}; it occurs in {format_count(len(found), "token")}'
        f"{f', of which the {_MATCHES} shortest are shown' if len(found) > _MATCHES else ''}.</p>",
        '<div class="es-chips">'
        + "".join(
            f'<span class="es-chip">{html.escape(label)}<small>{number}</small></span>'
            for label, number in found[:_MATCHES]
        )
        + "</div>",
    )

section("All tokens as a table", "Mark cells to copy them, or save the table with the button above its right corner.")
st.dataframe(
    pd.DataFrame(
        {
            "token": tokens.labels,
            "id": tokens.token_ids,
            "word": [None if word is None else word + 1 for word in tokens.word_ids],
            "text": [tokens.text[start:end] for start, end in tokens.offsets],
            "from": [start for start, _ in tokens.offsets],
            "to": [end for _, end in tokens.offsets],
            "special": tokens.special,
            "unknown": tokens.unknown,
        },
        index=pd.RangeIndex(1, len(tokens.tokens) + 1, name="place"),
    ),
    height=min(38 + 35 * len(tokens.tokens), 420),
)
next_page("pages/encoder/embeddings.py", "each token becomes a row of numbers")
