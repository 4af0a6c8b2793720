"""Type and see: what each classifier says of a text, why, and where the text lands."""

import html

import numpy as np
import pandas as pd
import streamlit as st

from components.core.classification.attributions import Attribution, OcclusionEffects, attribute, occlusion_effects
from components.core.classification.classifiers import CONTEXTUAL, NON_CONTEXTUAL, ClassifierInputs, ClassifierMethod
from components.core.classification.mlp import Mlp
from components.core.errors import EncoderscopeError, ModelError
from components.figures.classification.verdicts import verdict_bars, verdict_heatmap
from components.ui import state
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.sentiment import decision
from components.ui.sentiment.controls import pick_classifier
from components.ui.sentiment.trained_classifiers import SHORT, TrainedClassifiers, input_description
from components.ui.tables import table
from components.ui.word_shares import draw_shaded, largest, table_of_words
from components.ui.wording import format_count, format_signed, join_list, spell_number

# Of a longer text every keystroke would wait for each of its words to be hidden.
_MOST_AT_ONCE = 48
_MOST_NAMED = 20


def verdicts(trained: TrainedClassifiers, asked: ClassifierInputs) -> np.ndarray:
    """(methods, K) the probabilities that each classifier gives a text."""
    return np.stack([trained.classifier(method).probabilities(asked)[0] for method in ClassifierMethod])


def draw(trained: TrainedClassifiers, text: str, asked: ClassifierInputs, found: np.ndarray) -> None:
    """Draw what is said of a text, and why. found: its verdicts()."""
    _draw_verdicts(trained, found)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        method = pick_classifier()
        favoured, other = _pick_classes(trained, found[list(ClassifierMethod).index(method)])
    _draw_reason(trained, method, text, favoured, other)
    decision.draw(trained, method, text, asked, favoured, other)


def _draw_verdicts(trained: TrainedClassifiers, found: np.ndarray) -> None:
    names, classes = list(SHORT.values()), trained.names
    alt = "How sure each classifier is: " + ", ".join(
        f"{name} {classes[int(row.argmax())]} {row.max():.2f}" for name, row in zip(names, found, strict=True)
    )
    figure = (
        verdict_bars(found[:, 1], names, (classes[0], classes[1]), palette())
        if len(classes) == 2
        else verdict_heatmap(found, names, classes, palette())
    )
    show(figure, key="verdicts", alt=alt, numbers=lambda: pd.DataFrame(found, index=names, columns=list(classes)))
    with st.expander("What each of them reads"):
        table(
            ["classifier", "reads", "learns by"],
            [
                [method.value, input_description(method, trained.encoder), _LEARNS[method]]
                for method in ClassifierMethod
            ],
            "The first two stand on the frozen encoder; the others are the world before 2018.",
            prose={1, 2},
        )


_LEARNS = {
    ClassifierMethod.LOGISTIC: "logistic regression",
    ClassifierMethod.NETWORK: "a network with one hidden layer",
    ClassifierMethod.STATIC: "logistic regression",
    ClassifierMethod.TF_IDF: "logistic regression",
    ClassifierMethod.BAYES: "naive Bayes",
}


def _pick_classes(trained: TrainedClassifiers, probabilities: np.ndarray) -> tuple[int, int]:
    """Which class is held against which other; of two the second against the first."""
    classes = list(trained.names)
    if len(classes) == 2:
        return 1, 0
    order = [classes[place] for place in np.argsort(-probabilities, kind="stable")]
    for key in (state.Sentiment.CLASS_SHOWN, state.Sentiment.CLASS_AGAINST):
        if st.session_state.get(key) not in (None, *classes):
            st.session_state.pop(key)
    first = st.selectbox("For", classes, index=None, placeholder=order[0], key=state.Sentiment.CLASS_SHOWN, width=180)
    first = first or order[0]
    others = [name for name in classes if name != first]
    if st.session_state.get(state.Sentiment.CLASS_AGAINST) == first:
        st.session_state.pop(state.Sentiment.CLASS_AGAINST)
    likely = next(name for name in order if name != first)
    second = st.selectbox(
        "Against", others, index=None, placeholder=likely, key=state.Sentiment.CLASS_AGAINST, width=180
    )
    return classes.index(first), classes.index(second or likely)


def _draw_reason(trained: TrainedClassifiers, method: ClassifierMethod, text: str, favoured: int, other: int) -> None:
    classifier, encoder = trained.classifier(method), trained.encoder
    classes = trained.names
    sides = classes[favoured], classes[other]
    why_not = ""
    if not isinstance(classifier.parameters, Mlp):
        try:
            _draw_shares(trained, method, text, attribute(encoder, classifier, text, favoured, other), sides)
            return
        except ModelError as error:
            why_not = f"{error} So words are left out one by one. "
    words = len(traces.tokens(TextRequest(trained.model, text)).words)
    if words > _MOST_AT_ONCE and not st.toggle(
        f"Hide each of {words} words in turn",
        key=state.Sentiment.EACH_WORD_HIDDEN,
        help="The text is read once for each of its words, which takes a while.",
    ):
        return
    try:
        effects = occlusion_effects(encoder, classifier, text, favoured, other)
    except EncoderscopeError as error:
        markup(f'<p class="es-problem">{html.escape(str(error))}</p>')
        return
    _draw_effects(text, effects, sides, why_not)


def _draw_shares(
    trained: TrainedClassifiers, method: ClassifierMethod, text: str, found: Attribution, sides: tuple[str, str]
) -> None:
    for_class, against = sides
    total = sum(word.share for word in found.words) + found.offset
    probability = 1 / (1 + np.exp(-found.log_odds))
    two = len(trained.texts.classes) == 2
    section(
        f"{method}: {format_count(len(found.words), 'share')} and an offset sum to {format_signed(found.log_odds)}",
        f"The log-odds of {for_class} against {against}. {_WHERE_FROM[method]} Blue speaks for {for_class}, red for "
        f"{against}; the darker, the more.",
    )
    draw_shaded(text, found.words, largest(found.words))
    if found.unknown:
        named = [f"“{word}”" for word in found.unknown[:_MOST_NAMED]]
        more = len(found.unknown) - len(named)
        words = join_list([*named, f"{more} more"] if more else named)
        markup(
            f'<p class="es-note">In no text that was learned from: {html.escape(words)}. Of '
            f"{'it' if len(found.unknown) == 1 else 'them'} this classifier knows nothing.</p>"
        )
    odds = "probability" if two else f"of the two, {for_class} has"
    markup(
        f'<p class="es-formula">sum of the shares {format_signed(total - found.offset)} + offset {format_signed(found.offset)} = '
        f"<b>{format_signed(found.log_odds)}</b>; {html.escape(odds)} = 1 ÷ (1 + e<sup>{format_signed(-found.log_odds, 2)}</sup>) = "
        f"<b>{probability:.4f}</b></p>"
    )
    table_of_words(
        found.words,
        ("word", "share"),
        f"What each word brings to the log-odds of {for_class} against {against}.",
        [("offset, before anything is read", found.offset)],
    )


_WHERE_FROM = {
    ClassifierMethod.LOGISTIC: "The sentence vector is the mean of all tokens' context vectors, scaled to length 1, so each "
    "token's share is its own vector times the weights: exact, special tokens included. A context vector holds "
    "something of the whole text, so a word may speak for its neighbours.",
    ClassifierMethod.STATIC: "The vector is the mean of the tokens' word embeddings, so each word's share is exact, and the same "
    "wherever it stands.",
    ClassifierMethod.TF_IDF: "Each word brings its weight times its TF-IDF value: exact, and the same wherever it stands.",
    ClassifierMethod.BAYES: "Each word brings the logarithm of how much likelier it is in one class than in the other: exact, "
    "and the same wherever it stands.",
}


def _draw_effects(text: str, found: OcclusionEffects, sides: tuple[str, str], reason: str) -> None:
    for_class, against = sides
    section(
        _strongest(found),
        f"{reason}The log-odds of {for_class} against {against} are {format_signed(found.log_odds)}. A network's answer is no "
        "sum over words. So each word is hidden in turn, from all layers and heads and from the mean, and the text "
        f"read again: blue words speak for {for_class}, red ones against. The changes sum to nothing in particular.",
    )
    draw_shaded(text, found.words, largest(found.words))
    ordered = sorted(found.words, key=lambda word: -abs(word.share))[:8]
    table(
        ["hidden word", "log-odds with it", "without it", "difference"],
        [
            [
                word.text,
                format_signed(found.log_odds),
                format_signed(found.log_odds - word.share),
                format_signed(word.share),
            ]
            for word in ordered
        ],
        "The words that matter most." if len(found.words) > len(ordered) else "Each word hidden in turn.",
    )


def _strongest(found: OcclusionEffects) -> str:
    if not found.words:
        return "No word to hide"
    word = max(found.words, key=lambda each: abs(each.share))
    return f"Without “{word.text}” the log-odds would be {format_signed(found.log_odds - word.share, 2)}"


def finding(trained: TrainedClassifiers, found: np.ndarray) -> str:
    """How many classifiers say what of a text."""
    classes, methods = trained.names, list(ClassifierMethod)
    chosen = found.argmax(axis=1)
    counts = np.bincount(chosen, minlength=len(classes))
    first, most = classes[int(counts.argmax())], int(counts.max())
    if most == len(methods):
        return f"All {spell_number(most)} classifiers call it {first}"
    with_encoder, without = (
        {int(chosen[methods.index(method)]) for method in each} for each in (CONTEXTUAL, NON_CONTEXTUAL)
    )
    if len(with_encoder) == len(without) == 1:
        return f"With the encoder it is {classes[with_encoder.pop()]}, without it {classes[without.pop()]}"
    verb = "calls" if most == 1 else "call"
    return f"{spell_number(most).capitalize()} of {spell_number(len(methods))} classifiers {verb} it {first}"
