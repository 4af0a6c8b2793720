"""The screens on which the reader holds the numbers: each number, training, and puzzles."""

from collections.abc import Mapping
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from components.core.by_hand.language import MASK, Language
from components.core.by_hand.network import Steps, count_numbers, loss, run
from components.core.classroom.guesses import Guesses, said_of
from components.ui.by_hand.exercises import Puzzle, puzzles
from components.ui.by_hand.session import Held
from components.ui.charts import show
from components.ui.page import quoted
from components.ui.stage import frame, question
from components.ui.stage.question import Asked
from components.views.by_hand import Way, by_hand

Ways = Mapping[str, Way]

# Nats above the least loss that is possible, up to which it counts as reached.
_REACHED = 0.005


def draw_numbers(held: Held, ways: Ways) -> None:
    """Draw the whole encoder on the sentence: the plane, and every number in the order of computation."""
    asked = _ask_whom_it_looks_at(held)
    if asked.hidden:
        return
    frame.heading(
        _what_fills_the_gap(held),
        "Drag the tip of a word or type a number: all that follows is calculated at once. Dotted names lead into a "
        "whole model.",
    )
    _draw(held, ways, "numbers", "every-number")
    if any(asked.guesses.rounds):
        frame.note(_who_guessed(held, asked.guesses))
    with frame.details():
        _explain(held)


def draw_training(held: Held, ways: Ways) -> None:
    """Draw the network while it learns."""
    network, count = held.network, count_numbers(held.language)
    if network is None:
        finding = f"{count} numbers that nobody has trained: press Train"
    else:
        reached = loss(network, held.language)
        least = held.language.floor(ordered=network.switches.positions)
        if reached - least < _REACHED:
            finding = f"These {count} numbers know all that can be known: loss {reached:.3f}, floor {least:.3f}"
        else:
            finding = f"These {count} numbers lose {reached - least:.3f} more than they must"
    frame.heading(
        finding,
        "“Begin anew” draws numbers that know nothing; training moves all of them downhill. Loss: the mean of −ln p "
        f"over every word of the {len(held.language.sentences)} sentences, each hidden in turn. Floor: the least that "
        "any model can have.",
    )
    _draw(held, ways, "training", "it-learns")
    with frame.details():
        frame.note(
            "Gradient descent with momentum 0.9 (Polyak 1964) on all examples at once; the arrows of “Show the "
            "gradient” say which way a number goes downhill. A seed draws the first numbers, normally distributed with "
            "a standard deviation of 0.5. Some seeds get stuck, and that is not hidden."
        )
        _explain(held)


def draw_puzzle(puzzle: Puzzle, held: Held, ways: Ways) -> None:
    """Draw a puzzle; the browser judges by computing whether it is solved."""
    number = list(puzzles()).index(puzzle.name) + 1
    frame.heading(f"Puzzle {number} of {len(puzzles())}: {puzzle.name}", puzzle.task)
    _draw(held, ways, "numbers", "plane-of-the-puzzle")


def _ask_whom_it_looks_at(held: Held) -> Asked[str]:
    """Ask which token gets the most attention by the opening numbers; who has changed them is at work already."""
    network, sentence = held.network, held.sentence
    if network is None or held.exercise.numbers != held.exercise.opening:
        return Asked(hidden=False)
    tokens = _tokens(held)
    weights = run(network, sentence.words).weights[:, sentence.looks].mean(axis=0)
    looking = held.language.spell([sentence.words[sentence.looks]])
    return question.one_of(
        "looks",
        sentence,
        f"At which word does {quoted(looking)} look most?",
        tokens,
        tokens[int(weights.argmax())],
    )


def _tokens(held: Held) -> list[str]:
    """The words of the sentence after their numbers, as they are offered."""
    return [f"{place} {held.language.spell([word])}" for place, word in enumerate(held.sentence.words, 1)]


def _who_guessed(held: Held, guesses: Guesses[str]) -> str:
    """Say of each word that was guessed who guessed it."""
    looking = quoted(held.language.spell([held.sentence.words[held.sentence.looks]]))
    said = [f"{quoted(token)}, {who}" for token in _tokens(held) if (who := said_of(guesses, token))]
    return f"At which word {looking} looks most: {'; '.join(said)}."


def _draw(held: Held, ways: Ways, mode: Literal["numbers", "training"], key: str) -> None:
    sentence = quoted(held.language.spell(held.sentence.words))
    show(
        partial(
            by_hand,
            held.language,
            held.sentence,
            held.exercise,
            ways,
            held.echo,
            held.hear,
            mode=mode,
        ),
        key=key,
        alt=f"The vectors of {sentence} in the plane: words, queries, keys, values and the result as arrows",
        numbers=partial(_table, held),
    )


def _what_fills_the_gap(held: Held) -> str:
    """The title: the words that the network holds likeliest at the token that looks."""
    network = held.network
    if network is None:
        return f"{count_numbers(held.language)} numbers are a whole encoder, and nobody has trained them yet"
    shares = run(network, held.sentence.words).probabilities[held.sentence.looks]
    order = np.argsort(-shares, kind="stable")
    likely = [word for word in order if shares[word] > shares[order[0]] / 2]
    names = [quoted(held.language.words[word]) for word in likely[:2]]
    hidden = held.sentence.words[held.sentence.looks] == held.language.mask
    place = MASK if hidden else quoted(held.language.words[held.sentence.words[held.sentence.looks]])
    return f"{count_numbers(held.language)} numbers put {' or '.join(names)} in the place of {place}"


def _explain(held: Held) -> None:
    """The formulas, and what the network leaves out of an encoder."""
    frame.note(
        "A vector is a row and is multiplied from the left: q = x Wq. Position p, counted from 0, is (sin p, cos p). "
        "Weights = softmax(q · k ÷ √d), d the dimensions of a head; result = x + Σ weight · value; the share of a word "
        "is softmax(result · word). Two heads share the two dimensions."
    )
    frame.note(
        f"An encoder such as BERT has more of everything, and besides: a bias at every matrix, an output projection, "
        f"LayerNorm, and a feed-forward network in each layer. {count_numbers(held.language)} numbers here: two for "
        f"each of {len(held.language.words)} words and for {MASK}, and three matrices of four."
    )


def _table(held: Held) -> pd.DataFrame:
    """Every number of the sentence's way, for the CSV file."""
    network = held.network
    if network is None:
        return pd.DataFrame({"step": [], "of": [], "first": [], "second": []})
    steps = run(network, held.sentence.words)
    return pd.DataFrame([*_pairs(steps, held.language, held.sentence.words), *_shares(steps, held)])


def _pairs(steps: Steps, language: Language, words: tuple[int, ...]) -> list[dict[str, object]]:
    named = {
        "word embedding": steps.embeddings,
        "position": steps.positions,
        "sum": steps.inputs,
        "query": steps.queries,
        "key": steps.keys,
        "value": steps.values,
        "weighted sum of values": steps.attended,
        "result": steps.results,
    }
    return [
        {"step": step, "of": language.spell([word]), "first": pair[0], "second": pair[1]}
        for step, pairs in named.items()
        for word, pair in zip(words, pairs, strict=True)
    ]


def _shares(steps: Steps, held: Held) -> list[dict[str, object]]:
    looks = held.sentence.looks
    spelled = [held.language.spell([word]) for word in held.sentence.words]
    rows: list[dict[str, object]] = [
        {
            "step": f"head {head + 1}: score, weight",
            "of": name,
            "first": scores[looks][at],
            "second": weights[looks][at],
        }
        for head, (scores, weights) in enumerate(zip(steps.scores, steps.weights, strict=True))
        for at, name in enumerate(spelled)
    ]
    return rows + [
        {"step": "likeness, share", "of": word, "first": steps.likeness[looks][index], "second": share}
        for index, (word, share) in enumerate(zip(held.language.words, steps.probabilities[looks], strict=True))
    ]
