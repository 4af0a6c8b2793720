"""Titles of the Attention page over all heads: of a search, of heads combined, of a change and of each head off."""

import re

import numpy as np
import pytest

from components.core import Encoder
from components.core.attention.ablation import InterventionEffect
from components.ui.attention import combined_heads, effects, head_search, single_heads
from components.ui.attention.session import AttentionView
from components.ui.caches import attention, traces
from components.ui.caches.requests import CombinedHeadsRequest, HeadSearchRequest
from tests.pages.test_titles_of_attention import CHANGES, SENTENCES, states

_NUMBER = re.compile(r"(−?\d\.\d{3,4})")


@pytest.fixture(scope="module")
def views(encoder: Encoder) -> list[AttentionView]:
    """Two states of the page for each sentence, one with the head's own pair and one with any pair."""
    found = []
    for number, text in enumerate(SENTENCES):
        every = list(states(encoder, text, number))
        found += [every[4], every[number % len(every)]]
    return found


def test_the_search_names_a_head_only_where_one_looks_there_more_than_usual(views: list[AttentionView]) -> None:
    for view in views:
        found = attention.head_search(HeadSearchRequest(view.request, view.query, view.key))
        title = head_search.finding(view, found)
        best = np.unravel_index(int(found.beyond.argmax()), found.beyond.shape)
        if "No head" in title:
            assert found.beyond.max() < 1.1e-3, title
        else:
            assert title.startswith(f"Layer {best[0] + 1}, head {best[1] + 1} "), title
            assert _NUMBER.search(title)[1] == f"{found.weights[best]:.3f}", title  # type: ignore[index]
            assert found.beyond.max() > 0, title


@pytest.mark.parametrize("picked", ["mean of the layer", "maximum of all layers", "rollout"])
def test_heads_combined_name_a_token_only_where_no_other_gets_as_much(picked: str, views: list[AttentionView]) -> None:
    for view in views[::2]:
        layer = view.layer if "the layer" in picked else None
        weights = attention.combined_heads(CombinedHeadsRequest(view.request, picked.split()[0], layer))
        title = combined_heads.finding(view, picked, weights)
        column = weights[~view.tokens.special].mean(axis=0)
        assert _NUMBER.search(title)[1] == f"{column.max():.3f}", title  # type: ignore[index]
        alike = int(np.isclose(column, column.max(), rtol=0, atol=1e-6).sum())
        assert (f"{alike} tokens share the first place" in title) == (alike > 1), title
        assert alike > 1 or view.quoted(int(column.argmax())) in title
        assert (f"layer {view.layer + 1}:" in title) == (layer is not None), title


def test_a_change_names_the_token_that_moved_most_only_where_its_cosine_shows_it(views: list[AttentionView]) -> None:
    changed = [view for view in views[::2] if view.request.interventions]
    assert len(changed) > len(CHANGES)
    for view in changed:
        effect = InterventionEffect(traces.trace(view.request.original), view.trace())
        title, lead = effects.finding(view, effect)
        assert _NUMBER.search(title)[1] == f"{effect.sentence_cosine:.4f}".replace("-", "−"), title  # type: ignore[index]
        cosines = effect.token_cosines[-1][~view.tokens.special]
        lowest = f"{cosines.min():.4f}".replace("-", "−")
        assert ("moved most" in lead) == (lowest != "1.0000"), lead
        assert lowest in lead


def test_each_head_off_names_one_only_where_the_sentence_vector_moves() -> None:
    cosines = np.ones((6, 12))
    assert single_heads.finding(cosines).startswith("No single head matters")
    cosines[2, 4] = 0.99996
    assert single_heads.finding(cosines).startswith("No single head matters")
    cosines[5, 3] = 0.98765
    assert single_heads.finding(cosines) == "Without layer 6, head 4 the sentence vector moves most: cosine 0.9877"
