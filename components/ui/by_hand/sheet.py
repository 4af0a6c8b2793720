"""On paper: a sheet with this sentence's numbers and blanks to fill in, and a second one with the answers."""

from collections.abc import Callable, Iterable

import streamlit as st
from markupsafe import Markup

from components.core.by_hand.network import Network, Steps, run
from components.ui import state
from components.ui.by_hand.session import Held
from components.ui.page import markup, quoted
from components.ui.stage import frame
from components.ui.tables import table_markup
from components.ui.wording import format_signed

_Write = Callable[[float], Markup]


def draw(held: Held) -> None:
    """Draw one of the sheets, and the link that prints both."""
    network = held.network
    sentence = quoted(held.language.spell(held.sentence.words))
    if network is None:
        frame.heading("There are no numbers to print yet", "Open “every number” or “it learns”, which draws them.")
        return
    frame.heading(
        f"{sentence} with pencil and paper: {_blanks(held, network)} numbers to find",
        "One sheet has blanks, the other the answers. It takes a calculator that knows eˣ; who rounds at each step may "
        "differ in the last digit.",
    )
    with frame.controls():
        answers = st.toggle("Show the answers", key=state.ByHand.ANSWERS)
        markup(Markup('<a class="es-print" role="button" href="#">Print both sheets</a>'))
    steps = run(network, held.sentence.words)
    sheets = [_sheet(held, network, steps, shown) for shown in (False, True)]
    # Both are there, so that both are printed; the screen shows one.
    markup(
        Markup("").join(
            Markup('<section class="es-sheet{}">{}</section>').format("" if number == answers else " es-paper", sheet)
            for number, sheet in enumerate(sheets)
        )
    )


def _sheet(held: Held, network: Network, steps: Steps, answers: bool) -> Markup:
    """One sheet: the way of the sentence from its words to what fills the place of the token that looks."""
    language, looks = held.language, held.sentence.looks
    names = [language.spell([word]) for word in held.sentence.words]
    fill = _answer if answers else _blank
    columns = _inputs(names, steps, fill), _attention(names, network, steps, looks, fill)
    return Markup(
        "<h2>{}</h2><p>The sentence is {}. Every vector has two numbers.</p><div>{}</div><div>{}</div><div>{}</div>"
    ).format(
        "A whole encoder by hand: the answers" if answers else "A whole encoder by hand",
        quoted(" ".join(names)),
        Markup("{}{}").format(columns[0], _projections(names, network, steps, fill)),
        Markup("{}{}").format(columns[1], _sums(network, steps, looks, fill)),
        _outcome(held, network, steps, fill),
    )


def _inputs(names: list[str], steps: Steps, fill: _Write) -> Markup:
    rows = [
        [name, _vector(embedding, _given), _vector(position, _given), _vector(inputs, fill)]
        for name, embedding, position, inputs in zip(
            names, steps.embeddings, steps.positions, steps.inputs, strict=True
        )
    ]
    return table_markup(["1", "embedding", "+ position", "= sum x"], rows, "Position p, from 0: (sin p, cos p)")


def _projections(names: list[str], network: Network, steps: Steps, fill: _Write) -> Markup:
    matrices = [
        [f"row {line + 1}", *(_vector(matrix[line], _given) for matrix in (network.query, network.key, network.value))]
        for line in range(2)
    ]
    rows = [
        [name, *(_vector(each[index], fill) for each in (steps.queries, steps.keys, steps.values))]
        for index, name in enumerate(names)
    ]
    return table_markup(
        ["2", "× Wq = query", "× Wk = key", "× Wv = value"],
        [*matrices, *rows],
        "Each sum (x, y) times a matrix: x · its row 1 + y · its row 2",
    )


def _attention(names: list[str], network: Network, steps: Steps, looks: int, fill: _Write) -> Markup:
    heads = len(steps.weights)
    # One dimension a head: √1 divides by nothing.
    root = " ÷ √2" if network.switches.scaled and heads == 1 else ""
    columns = ["3"]
    for head in range(heads):
        of = f" {head + 1}" if heads > 1 else ""
        columns += [f"q{of} · k{of}{root}", f"weight{of}"]
    rows = [
        [name, *(fill(each[head][looks][at]) for head in range(heads) for each in (steps.scores, steps.weights))]
        for at, name in enumerate(names)
    ]
    return table_markup(columns, rows, f"q is that of {quoted(names[looks])}; weight = e^score ÷ their sum")


def _sums(network: Network, steps: Steps, looks: int, fill: _Write) -> Markup:
    attended = Markup("<p>4 Σ weight · value = {}</p>").format(_vector(steps.attended[looks], fill))
    plus = "that + x" if network.switches.residual else "that"
    result = Markup("<p>5 result = {} = {}</p>").format(plus, _vector(steps.results[looks], fill))
    return Markup("{}{}").format(attended, result)


def _outcome(held: Held, network: Network, steps: Steps, fill: _Write) -> Markup:
    looks = held.sentence.looks
    rows = [
        [
            word,
            _vector(network.embeddings[index], _given),
            fill(steps.likeness[looks][index]),
            fill(steps.probabilities[looks][index]),
        ]
        for index, word in enumerate(held.language.words)
    ]
    return table_markup(
        ["6", "word", "· result", "share"], rows, "What fills the place: share = e^(· result) ÷ their sum"
    )


def _vector(pair: Iterable[float], write: _Write) -> Markup:
    return Markup("({})").format(Markup(", ").join(write(float(number)) for number in pair))


def _given(number: float) -> Markup:
    return Markup("{}").format(format_signed(number, 2))


def _answer(number: float) -> Markup:
    return Markup("<b>{}</b>").format(format_signed(number, 2))


def _blank(_: float) -> Markup:
    return Markup('<i class="es-blank"></i>')


def _blanks(held: Held, network: Network) -> int:
    """The number of blanks on a sheet."""
    tokens, words = len(held.sentence.words), len(held.language.words)
    heads = 2 if network.switches.two_heads else 1
    return 8 * tokens + 2 * heads * tokens + 4 + 2 * words
