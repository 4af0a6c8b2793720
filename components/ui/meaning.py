"""Parts of the Context page: where a meaning came from, whom "it" means, and how vectors are pooled."""

import html
import tomllib
from functools import cache as once
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from components.core import Encoder
from components.core.attention import attention_rollout
from components.core.errors import SentenceError
from components.core.pooling import poolings, shares_of_mean
from components.core.pronouns import Form, Likeness
from components.core.similarity import cosine_similarity
from components.core.usages import Occurrence, Usages
from components.figures.charts import LayerLine, bars, layer_lines, twin_bars
from components.ui import cache, state
from components.ui.charts import show, show_tiles
from components.ui.frame import markup, palette, section, shortened
from components.ui.tables import table
from components.ui.usages import name_of, shipped
from components.ui.wording import joined
from components.views.tiles import Labels

_PRONOUNS = Path(__file__).parents[2] / "assets" / "pronouns.toml"
# What can be told apart in a picture: words of bars, dimensions of a strip.
_WORDS, _DIMENSIONS = 30, 96
# sentence-transformers' names in words.
_POOLINGS = {"mean": "their mean", "cls": "the first", "max": "the largest number of each dimension"}


def pick_occurrence(usages: Usages) -> Occurrence:
    """Ask for one of the sentences."""
    options = [f"{name_of(usages, each)}  {shortened(each.usage.sentence, 90)}" for each in usages.occurrences]
    return usages.occurrences[options.index(st.selectbox("Sentence", options, key=state.OCCURRENCE, bind=state.IN_URL))]


def draw_sources(model: str, occurrence: Occurrence) -> None:
    """Attention rollout and leave-one-out, side by side."""
    tokens, word = occurrence.tokens, occurrence.word
    special_too = st.toggle("Show special tokens too", key=state.SPECIAL_TOO, bind=state.IN_URL)
    others = [
        each
        for each in tokens.words_and_marks
        if not set(each.token_indices) & set(word.token_indices) and (special_too or not each.special)
    ]
    if not others:
        markup('<p class="es-note">There is no other word in this sentence.</p>')
        return
    # The nearest ones stand for a long sentence: leave-one-out runs the model once for each.
    others.sort(key=lambda each: abs(each.token_indices[0] - word.token_indices[0]))
    left = len(others) - _WORDS
    others = sorted(others[:_WORDS], key=lambda each: each.token_indices)
    rolled = attention_rollout(cache.trace(model, tokens.text, cut=True).attention_weights())
    row = rolled[list(word.token_indices)].mean(axis=0)
    shares = np.array([row[list(each.token_indices)].sum() for each in others])
    moved = cache.left_out(model, tokens.text, word, tuple(others))
    names = [each.text for each in others]
    by_rollout, by_leaving = names[int(shares.argmax())], names[int(moved.argmax())]
    if shares.argmax() == moved.argmax():
        verdict = f"Both name “{by_rollout}” first."
    else:
        verdict = f"Rollout names “{by_rollout}” first, leave-one-out “{by_leaving}”: attention is not the whole story."
    specials = [i for each in tokens.words_and_marks if each.special for i in each.token_indices]
    hidden = "" if special_too else f" Special tokens, not shown, take {row[specials].sum():.0%} of the rollout."
    rest = f" Shown are the {_WORDS} nearest words; {left} more stand farther away." if left > 0 else ""
    markup(f'<p class="es-note">{html.escape(verdict)}{hidden}{rest}</p>')
    colours = palette()
    show(
        twin_bars(
            [
                ("attention rollout: share", shares, colours.key),
                ("leave-one-out: 1 − cosine", moved, colours.output),
            ],
            names,
            "other words",
            colours,
        ),
        key="sources",
        alt=f"How much each other word of the sentence brings to “{word.text}”, by attention rollout and leave-one-out",
        numbers=lambda: pd.DataFrame({"attention rollout": shares, "leave-one-out": moved}, index=names),
    )


@once
def pronoun_pairs() -> tuple[tuple[Form, Form], ...]:
    """The shipped Winograd pairs."""
    pairs = tomllib.loads(_PRONOUNS.read_text(encoding="utf-8"))["pair"]
    return tuple(
        (
            Form(one["text"], tuple(pair["nouns"]), one["right"]),
            Form(other["text"], tuple(pair["nouns"]), other["right"]),
        )
        for pair in pairs
        for one, other in [pair["forms"]]
    )


def draw_pronouns(model: str) -> None:
    """One Winograd pair layer by layer, and how often the model is right on all of them."""
    section(
        "“It” finds its noun, or does not",
        "Two sentences that differ in a word, and in what “it” means. The vector of “it” moves towards a noun from "
        "layer to layer; is it the right one?",
    )
    pairs = pronoun_pairs()
    options = [f"{first.nouns[0]} and {first.nouns[1]}" for first, _ in pairs]
    number = options.index(st.selectbox("Nouns", options, key=state.PRONOUN_PAIR, bind=state.IN_URL, width=240))
    try:
        results = cache.pronouns(model, tuple(form for pair in pairs for form in pair))
    except SentenceError as error:
        markup(f'<p class="es-note">This model’s tokenizer cannot be asked: {html.escape(str(error))}</p>')
        return
    for column, result, which in zip(
        st.columns(2), results[2 * number : 2 * number + 2], ("first", "second"), strict=True
    ):
        with column:
            _draw_form(result, which)
    right = sum(each.nearest == each.form.right for each in results)
    former = sum(each.nearest == _noun_that_comes_first(each.form) for each in results)
    markup(
        f'<p class="es-note">Over all {len(results)} sentences of these {len(pairs)} pairs, “it” ends nearest to the '
        f"right noun in {right}; a coin would be right in {len(results) // 2}. In {former} it is nearest to the noun "
        "that comes first. A larger model may do better; and a single head may link words whose whole vectors stay "
        "apart, as the Attention page shows.</p>"
    )


def _draw_form(result: Likeness, which: str) -> None:
    colours = palette()
    form = result.form
    verdict = "right" if result.nearest == form.right else f"wrong, it means the {form.right}"
    markup(
        f'<p class="es-lead" dir="auto">{html.escape(form.text)}</p>'
        f'<p class="es-note">Ends nearest to {html.escape(result.nearest)}: {html.escape(verdict)}.</p>',
    )
    steps = ["input", *(str(layer) for layer in range(1, len(result.cosines)))]
    lines = [
        LayerLine(noun, result.cosines[:, place], colour, width=3 if noun == form.right else 1.5)
        for place, (noun, colour) in enumerate(zip(form.nouns, (colours.key, colours.query), strict=True))
    ]
    show(
        layer_lines(lines, steps, "cosine with “it”", colours, height=300),
        key=f"pronoun-{which}",
        alt=f"Cosine of “it” with {joined(form.nouns)}, layer by layer, in: {form.text}",
        numbers=lambda: pd.DataFrame(result.cosines, index=pd.Index(steps, name="layer"), columns=list(form.nouns)),
    )


def _noun_that_comes_first(form: Form) -> str:
    return min(form.nouns, key=lambda noun: form.text.find(noun))


def draw_pooling(model: str, encoder: Encoder, occurrence: Occurrence) -> None:
    """Mean, [CLS] and max of a sentence's context vectors, each token's share of the mean, and what padding does."""
    tokens, vectors = occurrence.tokens, occurrence.context_vectors[-1]
    pooled = poolings(vectors)
    own_way = _POOLINGS.get(encoder.pooling, encoder.pooling)
    own = cache.trace(model, tokens.text, cut=True).sentence_vector
    section(
        "From word vectors to one sentence vector",
        f"Pooling makes one vector of {len(tokens.tokens)}. This model takes {own_way}"
        "; beside it two other ways, from the same context vectors.",
    )
    matrix = np.stack(list(pooled.values()))
    show_tiles(
        matrix[None, :, :_DIMENSIONS],
        Labels(
            tuple(pooled),
            hint=f"Point at a cell to read it. Shown: dimensions 1 to {min(_DIMENSIONS, matrix.shape[1])} of "
            f"{matrix.shape[1]}.",
        ),
        key="poolings",
        alt="The sentence as the mean, the first and the maximum of its context vectors: a row each",
        numbers=lambda: pd.DataFrame(matrix, index=list(pooled)),
        limit=float(np.percentile(np.abs(matrix), 98)),
        tile_height=90,
    )
    cosines = cosine_similarity(matrix)
    rows = [[name, *(f"{cosines[i, j]:.4f}" for j in range(3))] for i, name in enumerate(pooled)]
    if len(own) == matrix.shape[1]:
        with_own = cosine_similarity(matrix, own[None])[:, 0]
        rows = [[*row, f"{cosine:.4f}"] for row, cosine in zip(rows, with_own, strict=True)]
    table(
        ["pooling", *pooled, "the model’s own"][: len(rows[0])],
        rows,
        "Cosine of each way of pooling with the others.",
    )
    _draw_shares(model, occurrence)


def _draw_shares(model: str, occurrence: Occurrence) -> None:
    tokens, vectors = occurrence.tokens, occurrence.context_vectors[-1]
    shares = shares_of_mean(vectors)
    # Of a long sentence the tokens with the largest shares are shown, in their order.
    shown = np.sort(np.argsort(-shares, kind="stable")[:_WORDS])
    special = float(shares[tokens.special].sum())
    section(
        "Each token’s share of the mean",
        f"Each of {len(tokens.tokens)} tokens counts alike, but one that points along with the others brings more. The "
        f"shares sum to 1; special tokens bring {special:.0%}."
        + (f" Shown: the {_WORDS} largest." if len(shares) > _WORDS else ""),
    )
    show(
        bars(
            shares[shown].tolist(), [tokens.labels[i] for i in shown], palette().output, palette(), "share of the mean"
        ),
        key="shares",
        alt="Each token's share of the mean of the sentence's context vectors",
        numbers=lambda: pd.DataFrame({"share": shares}, index=list(tokens.labels)),
    )
    means = cache.padded_means(model, tokens.text)
    without = vectors[~tokens.special].mean(axis=0)
    rows = [["without the special tokens", f"{cosine_similarity(without[None], vectors.mean(axis=0)[None])[0, 0]:.4f}"]]
    if means:
        alone, hidden, seen = means
        rows += [
            ["padded to twice its length, padding hidden", f"{cosine_similarity(alone[None], hidden[None])[0, 0]:.4f}"],
            ["padded to twice its length, padding seen", f"{cosine_similarity(alone[None], seen[None])[0, 0]:.4f}"],
        ]
    table(
        ["the mean", "cosine with the mean of all tokens"],
        rows,
        "Special tokens are read and counted like words. Padding fills up the shorter texts of a batch; attention must "
        "not see it, and the mean must not count it.",
    )


def draw_all_words(model: str) -> None:
    """On which of the shipped words this model keeps senses apart, measured on all their sentences."""
    section(
        "Where this model tells senses apart, and where not",
        "The page opens with the sentences that part most clearly. Here are all that are shipped: how often the most "
        "similar use of the word is one of the same sense, after the last layer.",
    )
    rows = []
    for word, sentences in shipped().items():
        usages = cache.usages(model, word, sentences)
        if len(usages.occurrences) < 2 or not usages.other_sense.any():
            continue
        rows.append(
            [
                f"{word}: {joined(usages.senses)}",
                f"{usages.nearest_of_same_sense()} of {len(usages.occurrences)}",
                f"{usages.mean_cosines(usages.same_sense)[-1]:.3f}",
                f"{usages.mean_cosines(usages.other_sense)[-1]:.3f}",
            ]
        )
    table(
        ["word and senses", "nearest has the same sense", "cosine, same sense", "other sense"],
        rows,
        "By chance the nearest would have the same sense in 7 of 15 cases. Where a small model mixes senses, a larger "
        "one may not: name one in ENCODERSCOPE_MODELS and pick it in the sidebar.",
    )
