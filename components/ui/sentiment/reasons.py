"""The reason for a classifier's answer: the share of each word, or the effect of hiding it."""

import numpy as np
import streamlit as st
from markupsafe import Markup

from components.core.classification.attributions import Attribution, OcclusionEffects, attribute, occlusion_effects
from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.mlp import Mlp
from components.core.errors import EncoderscopeError, ModelError
from components.ui import state
from components.ui.caches import traces
from components.ui.caches.encoding import sentence_vector
from components.ui.caches.requests import TextRequest, VectorRequest
from components.ui.page import markup
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.word_shares import draw_shaded, largest, table_of_words
from components.ui.wording import format_count, format_signed, join_list

# With a longer text each keystroke would wait until all words were hidden in turn.
_MOST_AT_ONCE = 48
_MOST_NAMED = 20


def draw_reason(
    classifiers: TrainedClassifiers, method: ClassifierMethod, text: str, favoured: int, other: int
) -> None:
    """Draw the share of each word in the log-odds, or the effect of hiding it where no shares exist.

    favoured, other: the classes that are compared.
    """
    classifier, encoder = classifiers.classifier(method), classifiers.encoder
    classes = classifiers.names
    sides = classes[favoured], classes[other]
    why_not = ""
    if not isinstance(classifier.parameters, Mlp):
        try:
            encoded = sentence_vector(VectorRequest(classifiers.model, text))
            shares = attribute(encoder, classifier, text, favoured, other, encoded)
            _draw_shares(classifiers, method, text, shares, sides)
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
    frame.part(
        f"{method}: {format_count(len(attribution.words), 'share')} and an offset sum to "
        f"{format_signed(attribution.log_odds)}",
        f"The log-odds of “{for_class}” against “{against}”. Blue words favour “{for_class}”, red words “{against}”; a "
        "stronger colour is a larger share.",
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
    with frame.details():
        frame.note(explained(method, classifiers.encoder.pooling))
        table_of_words(
            attribution.words,
            ("word", "share"),
            f"The share of each word in the log-odds of “{for_class}” against “{against}”.",
            [("offset, the same for every text", attribution.offset)],
        )


def explained(method: ClassifierMethod, pooling: str) -> str:
    """What the shares are. pooling: how the encoder makes a sentence vector."""
    if method is not ClassifierMethod.LOGISTIC:
        return _SHARES_EXPLAINED[method]
    holds = "A context vector holds information about the whole text, so"
    if pooling == "cls":
        return (
            "The sentence vector is the context vector of the first token, scaled to length 1. So that token alone has "
            f"a share. {holds} this share comes from all words; pick the network to see from which."
        )
    return (
        "The sentence vector is the mean of all tokens’ context vectors, scaled to length 1. So each token’s share is "
        f"exact: its own vector times the weights, with special tokens. {holds} a word’s share may come from its "
        "neighbours."
    )


_SHARES_EXPLAINED = {
    ClassifierMethod.STATIC: "The vector is the mean of the tokens' word embeddings. So each word's share is exact and "
    "does not depend on its position.",
    ClassifierMethod.TF_IDF: "The share of a word is its weight times its TF-IDF value: exact, in any position.",
    ClassifierMethod.BAYES: "The share of a word is the logarithm of how much likelier it is in one class than in the "
    "other: exact, in any position.",
}


def _draw_effects(text: str, effects: OcclusionEffects, sides: tuple[str, str], reason: str) -> None:
    for_class, against = sides
    frame.part(
        _strongest(effects),
        f"The log-odds of “{for_class}” against “{against}” are {format_signed(effects.log_odds)}. Each word is hidden "
        f"in turn: blue words favour “{for_class}”, red words “{against}”.",
    )
    draw_shaded(text, effects.words, largest(effects.words))
    ordered = sorted(effects.words, key=lambda word: -abs(word.share))[:8]
    with frame.details():
        frame.note(
            f"{reason}A network’s answer is not a sum over words. So each word is hidden in turn, from all layers and "
            "heads and from pooling, and the text is encoded again. The changes need not add up to the total."
        )
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
