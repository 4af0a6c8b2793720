"""Titles and leads of the Attention page on many sentences and heads: none contradicts the numbers under it."""

import itertools
import re
from collections.abc import Iterator

import numpy as np
import pytest

from components.core import Encoder, FutureMasked, HeadsOff, HeadUniform, Intervention, PositionsOff, SelfOnly
from components.core.attention.head_search import particular_link
from components.core.model.attention import TokenSelection
from components.core.model.loading import BUNDLED_NAME
from components.core.text.rewording import negate, reverse_words, shuffle_words
from components.ui.attention import summary
from components.ui.attention.session import AttentionView
from components.ui.caches import attention, traces
from components.ui.caches.requests import TraceRequest
from components.ui.examples import EXAMPLES
from components.ui.page import Reading

_TEXTS = list(EXAMPLES.values())
SENTENCES = [
    *dict.fromkeys(
        [
            *_TEXTS,
            *itertools.chain.from_iterable(
                (reverse_words(text), negate(text), shuffle_words(text, seed=1), text.upper()) for text in _TEXTS[:10]
            ),
            "שלום עולם I like פיצה very much",
            "a",
            "a a a",
            "?!",
            "🦖 eats 🍕",
            "the cat saw the dog and the dog saw the cat",
            "ok " * 60,
            "烤箱很热。比萨好吃。",
        ]
    )
][:50]
CHANGES: list[tuple[Intervention, ...]] = [
    (),
    (),
    (HeadsOff([(3, 1), (0, 2)]),),
    (PositionsOff(),),
    (FutureMasked(),),
    (SelfOnly(),),
    (HeadUniform(3, 1),),
]
_GIVES = re.compile(r"(?:gives|would give) (\d+)% of its attention to")
_STRONGEST = re.compile(r"strongest link between typed tokens is .* to .*, (\d+)%\.")


def states(encoder: Encoder, text: str, number: int) -> Iterator[AttentionView]:
    """20 states of the page for one sentence: heads of all layers, pairs picked and not, with a change and without."""
    tokens = encoder.tokenize(text)
    reading = Reading(text, BUNDLED_NAME, False, encoder, tokens)
    request = TraceRequest(BUNDLED_NAME, text, None, CHANGES[number % len(CHANGES)])
    everything = tuple(range(len(tokens.labels)))
    random = np.random.default_rng(number)
    heads = [(3, 1), (0, 2), attention.first_head(request.original), *random.integers((6, 12), size=(7, 2)).tolist()]
    typed = int(np.flatnonzero(~tokens.special)[0])
    for layer, head in heads:
        own = particular_link(traces.trace(request).attention_weights(layer, head), tokens) or (typed, typed)
        for query, key in (own, random.integers(len(everything), size=2).tolist()):
            part = TokenSelection(everything, everything)
            yield AttentionView(reading, request, tokens, int(layer), int(head), int(query), int(key), part)


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_no_title_and_no_lead_contradicts_its_numbers(number: int, encoder: Encoder) -> None:
    assert len(SENTENCES) == 50
    for text in SENTENCES[number :: len(CHANGES)]:
        for view in states(encoder, text, number):
            title, lead = summary.finding(view), summary.lead(view)
            about = f"{text} | {view.head_name} | {title} | {lead}"
            weights = view.trace().attention_weights(*view.opened)
            given = _GIVES.search(title)
            assert given, about
            assert given[1] == f"{weights[view.query, view.key] * 100:.0f}", about
            assert view.quoted(view.query) in title, about
            assert ("itself" in title) == (view.query == view.key), about
            assert ("is off" in title) == any(
                isinstance(each, HeadsOff) and view.opened in each.heads for each in view.request.interventions
            ), about
            between = np.where(view.tokens.special[:, None] | view.tokens.special, 0.0, weights)
            np.fill_diagonal(between, 0.0)
            strongest = _STRONGEST.search(lead)
            if strongest:
                assert strongest[1] == f"{between.max() * 100:.0f}", about
                assert between[view.query, view.key] < between.max(), about
            if "no stronger link" in lead:
                assert np.isclose(between[view.query, view.key], between.max(), atol=1e-6), about
            assert f"these {len(view.tokens.labels)} tokens" in lead, about


def test_the_title_of_all_heads_counts_them(encoder: Encoder) -> None:
    for number, text in enumerate(SENTENCES):
        view = next(states(encoder, text, number))
        title, lead = summary.of_all_heads(view)
        counted = [int(each) for each in re.findall(r"(\d+) (?:looks?|is|are) (?:most|broad)", f"{title} {lead}")]
        assert sum(counted) == 72, f"{text} | {title} | {lead}"
        assert counted[0] == max(counted), f"{text} | {title} | {lead}"


def test_a_word_written_from_right_to_left_does_not_turn_the_title(encoder: Encoder) -> None:
    view = next(states(encoder, "שלום I like pizza", 0))
    assert view.quoted(1) == f"“\u2068{view.tokens.labels[1]}\u2069”"
    assert view.quoted(len(view.tokens.labels) - 2) == "“pizza”"
