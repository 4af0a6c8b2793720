"""One text: its words hidden in the order of an explanation, and how far the result moves."""

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float
from markupsafe import Markup

from components.core.classroom.guesses import Guesses
from components.core.classroom.strips import guessed_by
from components.core.embeddings.token_contributions import word_contribution
from components.core.explanations.deletion import TestedExplanations
from components.core.explanations.rankings import Explanation
from components.figures.charts.deletion_lines import deletion_lines
from components.ui import state
from components.ui.caches import explanations, models
from components.ui.caches.requests import ExplanationRequest
from components.ui.charts import show
from components.ui.explanations import own_order, texts
from components.ui.explanations.subject import Subject, have_tested
from components.ui.page import markup, palette, quoted
from components.ui.progress import ProgressBar
from components.ui.stage import frame, question
from components.ui.tables import table
from components.ui.word_shares import largest
from components.ui.wording import format_signed, join_list

# Tokens of a text whose test takes long enough for a bar.
_WORTH_A_BAR = 20


def pick_explanation() -> Explanation:
    """Ask for the explanation whose order is drawn."""
    picked = st.selectbox(
        "Explanation",
        [each.value for each in Explanation],
        index=list(Explanation).index(Explanation.INTEGRATED),
        key=state.Explanations.EXPLANATION,
        bind=state.IN_URL,
        persist_state="session",
        width=230,
    )
    return Explanation(picked)


def draw(subject: Subject | None, explanation: Explanation) -> None:
    """Say which explanation's order moves the result fastest, and draw the result as words are hidden."""
    assert subject is not None  # the page reads it where this screen is shown
    request = subject.request
    if len(subject.tokens.words) < 3:
        frame.heading(
            "This text has too few words to rank",
            f"It has {len(subject.tokens.words)}; with fewer than 3, every order ends at once. Type a longer one.",
        )
        return
    if not _is_wanted(request):
        _offer(subject)
        return
    tests = _tested(subject)
    areas = {name: curves.area for name, curves in tests.curves.items()}
    best = max(areas, key=lambda name: areas[name])
    asked = question.one_of(
        "explanation",
        request,
        "Which explanation finds the words that matter most for this text?",
        [each.value for each in areas],
        best.value,
    )
    if asked.hidden:
        return
    shown = explanation if explanation in tests.curves else best
    hidden = own_order.hidden_words(subject)
    own = own_order.read_without(subject, hidden) if hidden else np.empty(0)
    if hidden:
        frame.heading(*own_order.finding(subject, tests, hidden, own))
    else:
        frame.heading(
            _finding(shown, tests, subject),
            f"{subject.says}: words are hidden one after the other, the most important first (solid) or last (dashed). "
            "The farther both lines are apart, the better the ranking.",
        )
    left, right = st.columns([7, 5], gap="medium")
    with left:
        _draw_lines(tests, subject, shown, own)
    with right, st.container(key="scroll_explanations"):
        _draw_words(tests, subject, shown, hidden)
        _draw_areas(tests, areas, subject, asked.guesses)
    with frame.details():
        _explain(tests, subject, explanation)


def _is_wanted(request: ExplanationRequest) -> bool:
    """True for what the page opens with, what the reader has asked for, and what costs nothing more."""
    return (
        texts.opens_with(request)
        or explanations.has_tested(request)
        or st.session_state.get(state.Explanations.TESTED) == request
    )


def _offer(subject: Subject) -> None:
    """Offer the test: it reads the text some hundred times, which a class that types cannot have at every change."""
    hidden = own_order.hidden_words(subject)
    title = "Which words decide, and which explanation finds them?"
    frame.heading(
        own_order.title(subject, hidden, own_order.read_without(subject, hidden)) if hidden else title,
        f"{subject.says}: the test hides the {len(subject.tokens.words)} words one after the other, in the order of "
        "each explanation, and has the model read what is left, some hundred times in all.",
    )
    own_order.draw_untested(subject, hidden)
    st.button("Put to the test", key=state.Explanations.TEST, type="primary", on_click=_want, args=(subject.request,))


def _want(request: ExplanationRequest) -> None:
    st.session_state[state.Explanations.TESTED] = request


def _tested(subject: Subject) -> TestedExplanations:
    """Return the explanations, tested; a bar is drawn for a text that takes long."""
    bar = ProgressBar()
    is_long = len(subject.tokens.tokens) >= _WORTH_A_BAR and not explanations.has_tested(subject.request)
    if is_long:
        bar.show(0, 1, "Each explanation ranks the words")

    def report(done: int, total: int) -> None:
        if is_long:
            bar.show(done, total, f"{done} of {total} readings")

    kept = have_tested(subject, report)
    bar.clear()
    return kept


def _finding(shown: Explanation, tests: TestedExplanations, subject: Subject) -> str:
    """The title: what an explanation puts first, what hiding that does, and whether its whole order beats chance."""
    curves = tests.curves[shown]
    first = [quoted(subject.tokens.words[index].text) for index in curves.order[: int(curves.hidden[1])]]
    beaten = sum(each.area < curves.area for each in tests.random)
    judged = (
        f"the order beats {beaten} of {len(tests.random)} random orders"
        if curves.area > 0
        else "in this order, the words that matter come last"
    )
    name = shown.value[0].upper() + shown.value[1:]
    verb = "put" if shown in (Explanation.NORMS, Explanation.INTEGRATED) else "puts"
    before, after = (format_signed(float(result), 2) for result in curves.most_first[:2])
    them = "it" if len(first) == 1 else "them"
    return f"{name} {verb} {join_list(first)} first: {before} becomes {after} without {them}; {judged}"


def _draw_lines(tested: TestedExplanations, subject: Subject, shown: Explanation, own: Float[np.ndarray, " K"]) -> None:
    chance = np.stack([each.most_first for each in tested.random])
    most_first = {name.value: curves.most_first for name, curves in tested.curves.items()}
    show(
        deletion_lines(
            tested.curves[shown].hidden,
            most_first,
            tested.curves[shown].least_first,
            shown.value,
            chance,
            subject.number,
            palette(),
            own,
        ),
        key="deletion",
        alt=f"The {subject.number} as the words of the text are hidden in the order of {shown}, most and least "
        "important first, beside the orders of the other explanations and random ones",
        numbers=lambda: _numbers(tested),
    )


def _numbers(tested: TestedExplanations) -> pd.DataFrame:
    columns = {}
    for name, curves in tested.curves.items():
        columns[f"{name}, most important first"] = curves.most_first
        columns[f"{name}, least important first"] = curves.least_first
    for number, curves in enumerate(tested.random, 1):
        columns[f"random order {number}"] = curves.most_first
    hidden = next(iter(tested.curves.values())).hidden
    return pd.DataFrame(columns, index=pd.Index(hidden, name="words hidden"))


def _draw_words(tested: TestedExplanations, subject: Subject, shown: Explanation, hidden: tuple[int, ...]) -> None:
    values = tested.importances[shown]
    words = [word_contribution(word, float(value)) for word, value in zip(subject.tokens.words, values, strict=True)]
    markup(
        Markup('<p class="es-count">By {}, on {}: darker is more important</p>').format(
            shown.value, models.encoder(subject.request.model).short_name
        )
    )
    own_order.draw_words(subject, words, largest(words), hidden)


def _draw_areas(
    tested: TestedExplanations, areas: dict[Explanation, float], subject: Subject, guesses: Guesses[str]
) -> None:
    ranked = sorted(areas, key=lambda name: -areas[name])
    words = subject.tokens.words
    table(
        ["explanation", "area", "first words"],
        [
            [
                _with_guesses(name.value, guessed_by(guesses, name.value)),
                format_signed(areas[name], 2),
                join_list([words[index].text for index in tested.curves[name].order[:2]]),
            ]
            for name in ranked
        ],
        f"Area between both lines, mean over the words; {subject.number}. Chance gives 0 on average."
        + (" In colour: who guessed it." if guesses else ""),
        prose={2},
    )


def _with_guesses(name: str, who: str) -> str:
    return Markup('{} <b class="es-w">{}</b>').format(name, who) if who else name


def _explain(tested: TestedExplanations, subject: Subject, explanation: Explanation) -> None:
    omitted = models.encoder(subject.request.model).omissions.gradients
    if omitted:
        frame.note(omitted)
    elif explanation not in tested.curves:
        frame.note(
            f"{explanation.value.capitalize()} ranks nothing here: the cosine of a text with itself is at its maximum, "
            "so its gradient is 0."
        )
    frame.note(
        "A hidden word is masked as padding is, in all layers and heads and in pooling; the others keep their places. "
        "Leave-one-out hides words just as this test does, which favours it."
    )
    frame.note(
        "Attention weight: what a token receives, a mean over layers, heads and queries. Rollout: Abnar and Zuidema "
        "2020. Norms: Kobayashi et al. 2021, the whole block, a mean over layers and queries. Gradients: with respect "
        "to the word embeddings. Integrated gradients: Sundararajan et al. 2017, from a text whose words are padding."
    )
    frame.note("The mean of each line, which is the area under it, and the area between both.")
    inner = slice(1, -1)
    st.dataframe(
        pd.DataFrame(
            {
                "most important first": [each.most_first[inner].mean() for each in tested.curves.values()],
                "least important first": [each.least_first[inner].mean() for each in tested.curves.values()],
                "between": [each.area for each in tested.curves.values()],
            },
            index=pd.Index([name.value for name in tested.curves], name="explanation"),
        ),
        width="stretch",
    )
    frame.note("How important each word is, by each explanation.")
    values = {name.value: importances for name, importances in tested.importances.items()}
    st.dataframe(
        pd.DataFrame(values, index=pd.Index([word.text for word in subject.tokens.words], name="word")), width="stretch"
    )
