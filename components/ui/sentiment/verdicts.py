"""The answer of each classifier to the typed text, and the reason for one of them."""

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

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

# With a longer text each keystroke would wait until all words were hidden in turn.
_MOST_AT_ONCE = 48
_MOST_NAMED = 20


def verdicts(classifiers: TrainedClassifiers, inputs: ClassifierInputs) -> np.ndarray:
    """(methods, K) the probabilities of a text by each classifier."""
    return np.stack([classifiers.classifier(method).probabilities(inputs)[0] for method in ClassifierMethod])


def draw(classifiers: TrainedClassifiers, text: str, inputs: ClassifierInputs, probabilities: np.ndarray) -> None:
    """Draw the answers to a text and the reason for one. probabilities: those of verdicts()."""
    _draw_verdicts(classifiers, probabilities)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        method = pick_classifier()
        favoured, other = _pick_classes(classifiers, probabilities[list(ClassifierMethod).index(method)])
    _draw_reason(classifiers, method, text, favoured, other)
    decision.draw(classifiers, method, text, inputs, favoured, other)


def _draw_verdicts(classifiers: TrainedClassifiers, probabilities: np.ndarray) -> None:
    names, classes = list(SHORT.values()), classifiers.names
    alt = "How sure each classifier is: " + ", ".join(
        f"{name} {classes[int(row.argmax())]} {row.max():.2f}" for name, row in zip(names, probabilities, strict=True)
    )
    figure = (
        verdict_bars(probabilities[:, 1], names, (classes[0], classes[1]), palette())
        if len(classes) == 2
        else verdict_heatmap(probabilities, names, classes, palette())
    )
    show(
        figure, key="verdicts", alt=alt, numbers=lambda: pd.DataFrame(probabilities, index=names, columns=list(classes))
    )
    with st.expander("The features of each classifier"):
        table(
            ["classifier", "features", "method"],
            [
                [method.value, input_description(method, classifiers.encoder), _LEARNS[method]]
                for method in ClassifierMethod
            ],
            "The first two use the frozen encoder. The others use word embeddings or words, as was usual before 2018.",
            prose={1, 2},
        )


_LEARNS = {
    ClassifierMethod.LOGISTIC: "logistic regression",
    ClassifierMethod.NETWORK: "a network with one hidden layer",
    ClassifierMethod.STATIC: "logistic regression",
    ClassifierMethod.TF_IDF: "logistic regression",
    ClassifierMethod.BAYES: "naive Bayes",
}


def _pick_classes(classifiers: TrainedClassifiers, probabilities: np.ndarray) -> tuple[int, int]:
    """Ask for two classes to compare; with two classes, the second and the first."""
    classes = list(classifiers.names)
    if len(classes) == 2:
        return 1, 0
    order = [classes[index] for index in np.argsort(-probabilities, kind="stable")]
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


def _draw_reason(
    classifiers: TrainedClassifiers, method: ClassifierMethod, text: str, favoured: int, other: int
) -> None:
    classifier, encoder = classifiers.classifier(method), classifiers.encoder
    classes = classifiers.names
    sides = classes[favoured], classes[other]
    why_not = ""
    if not isinstance(classifier.parameters, Mlp):
        try:
            _draw_shares(classifiers, method, text, attribute(encoder, classifier, text, favoured, other), sides)
            return
        except ModelError as error:
            why_not = f"{error} So words are hidden one by one. "
    words = len(traces.tokens(TextRequest(classifiers.model, text)).words)
    if words > _MOST_AT_ONCE and not st.toggle(
        f"Hide each of {words} words in turn",
        key=state.Sentiment.EACH_WORD_HIDDEN,
        help="The text is encoded once for each of its words, which takes a while.",
    ):
        return
    try:
        effects = occlusion_effects(encoder, classifier, text, favoured, other)
    except EncoderscopeError as error:
        markup(Markup('<p class="es-problem">{}</p>').format(str(error)))
        return
    _draw_effects(text, effects, sides, why_not)


def _draw_shares(
    classifiers: TrainedClassifiers,
    method: ClassifierMethod,
    text: str,
    attribution: Attribution,
    sides: tuple[str, str],
) -> None:
    for_class, against = sides
    total = sum(word.share for word in attribution.words) + attribution.offset
    probability = 1 / (1 + np.exp(-attribution.log_odds))
    two = len(classifiers.dataset.classes) == 2
    section(
        f"{method}: {format_count(len(attribution.words), 'share')} and an offset sum to "
        f"{format_signed(attribution.log_odds)}",
        f"The log-odds of “{for_class}” against “{against}”. {_SHARES_EXPLAINED[method]} Blue words favour "
        f"“{for_class}”, red words “{against}”; a stronger colour is a larger share.",
    )
    draw_shaded(text, attribution.words, largest(attribution.words))
    if attribution.unknown:
        named = [f"“{word}”" for word in attribution.unknown[:_MOST_NAMED]]
        more = len(attribution.unknown) - len(named)
        words = join_list([*named, f"{more} more"] if more else named)
        markup(Markup('<p class="es-note">Not in the training texts, so without a share: {}.</p>').format(words))
    label = "probability" if two else f"of the two, {for_class} has"
    markup(
        Markup(
            '<p class="es-formula">sum of the shares {} + offset {} = <b>{}</b>; {} = 1 ÷ (1 + e<sup>{}</sup>) = '
            "<b>{:.4f}</b></p>"
        ).format(
            format_signed(total - attribution.offset),
            format_signed(attribution.offset),
            format_signed(attribution.log_odds),
            label,
            format_signed(-attribution.log_odds, 2),
            probability,
        )
    )
    table_of_words(
        attribution.words,
        ("word", "share"),
        f"The share of each word in the log-odds of “{for_class}” against “{against}”.",
        [("offset, the same for every text", attribution.offset)],
    )


_SHARES_EXPLAINED = {
    ClassifierMethod.LOGISTIC: "The sentence vector is the mean of all tokens' context vectors, scaled to length 1. So "
    "each token's share is exact: its own vector times the weights, with special tokens. A context vector holds "
    "information about the whole text, so a word's share may come from its neighbours.",
    ClassifierMethod.STATIC: "The vector is the mean of the tokens' word embeddings. So each word's share is exact and "
    "does not depend on its position.",
    ClassifierMethod.TF_IDF: "The share of a word is its weight times its TF-IDF value: exact, in any position.",
    ClassifierMethod.BAYES: "The share of a word is the logarithm of how much likelier it is in one class than in the "
    "other: exact, in any position.",
}


def _draw_effects(text: str, effects: OcclusionEffects, sides: tuple[str, str], reason: str) -> None:
    for_class, against = sides
    section(
        _strongest(effects),
        f"{reason}The log-odds of “{for_class}” against “{against}” are {format_signed(effects.log_odds)}. A "
        "network's answer is not a sum over words. So each word is hidden in turn, from all layers and heads and from "
        f"the mean, and the text is encoded again: blue words favour “{for_class}”, red words “{against}”. The "
        "changes need not add up to the total.",
    )
    draw_shaded(text, effects.words, largest(effects.words))
    ordered = sorted(effects.words, key=lambda word: -abs(word.share))[:8]
    table(
        ["hidden word", "log-odds with it", "without it", "difference"],
        [
            [
                word.text,
                format_signed(effects.log_odds),
                format_signed(effects.log_odds - word.share),
                format_signed(word.share),
            ]
            for word in ordered
        ],
        "The words with the largest effect." if len(effects.words) > len(ordered) else "Each word hidden in turn.",
    )


def _strongest(effects: OcclusionEffects) -> str:
    if not effects.words:
        return "There is no word to hide"
    word = max(effects.words, key=lambda each: abs(each.share))
    return f"Without “{word.text}” the log-odds would be {format_signed(effects.log_odds - word.share, 2)}"


def finding(classifiers: TrainedClassifiers, probabilities: np.ndarray) -> str:
    """The page's title: the class that most classifiers give the text."""
    classes, methods = classifiers.names, list(ClassifierMethod)
    predictions = probabilities.argmax(axis=1)
    counts = np.bincount(predictions, minlength=len(classes))
    first, most = classes[int(counts.argmax())], int(counts.max())
    if most == len(methods):
        return f"All {spell_number(most)} classifiers call it “{first}”"
    with_encoder, without = (
        {int(predictions[methods.index(method)]) for method in each} for each in (CONTEXTUAL, NON_CONTEXTUAL)
    )
    if len(with_encoder) == len(without) == 1:
        return f"With the encoder it is “{classes[with_encoder.pop()]}”, without it “{classes[without.pop()]}”"
    verb = "calls" if most == 1 else "call"
    return f"{spell_number(most).capitalize()} of {spell_number(len(methods))} classifiers {verb} it “{first}”"
