"""The settings of the map, its colours and its groups."""

from dataclasses import replace
from typing import cast

import streamlit as st

from components.core.embeddings.representations import Representation
from components.core.mapping.projection import METHODS, ProjectionMethod, ProjectionSettings
from components.core.model.encoder import fast_precision
from components.ui import state
from components.ui.caches.sentence_sets import Grouping
from components.ui.pickers import pick_option

_OPENING_COUNT, _OPENING_SMALLEST = 10, 8

#: Meanings of the dots' colours.
BY_LABEL, BY_GROUP, PLAIN = "labels", "groups", "nothing"
GROUPINGS = ("k-means", "HDBSCAN")
#: Enough for the classes of the usual collections of intents, of which the largest have 77.
MOST_GROUPS = 100


def pick_colours(labelled: bool) -> str:
    """Ask for the meaning of the colours. labelled: True if the sentences have labels."""
    if labelled:
        return pick_option("Colours show", (BY_LABEL, BY_GROUP, PLAIN), state.SentenceMap.COLOURED_BY)
    return pick_option("Colours show", (PLAIN, BY_GROUP), state.SentenceMap.COLOURED_WITHOUT_LABELS)


def pick_method() -> tuple[ProjectionMethod, int]:
    """Ask how the map is made, and in how many dimensions."""
    method = pick_option("Map", METHODS, state.SentenceMap.METHOD)
    dimensions = pick_option("In", ("2-D", "3-D"), state.SentenceMap.DIMENSIONS)
    return cast(ProjectionMethod, method), int(dimensions[0])


def pick_settings(method: ProjectionMethod, dimensions: int) -> ProjectionSettings:
    """Ask for the settings of the map."""
    neighbours = st.slider(
        "Neighbours kept per sentence",
        2,
        100,
        15,
        key=state.SentenceMap.NEIGHBOURS,
        bind=state.IN_URL,
        persist_state="session",
        help="Small numbers show small groups, large numbers the overall structure. t-SNE uses it as perplexity.",
    )
    distance = st.slider(
        "Minimum distance between dots",
        0.0,
        0.99,
        0.1,
        key=state.SentenceMap.MIN_DISTANCE,
        bind=state.IN_URL,
        persist_state="session",
        help="UMAP puts no two dots closer than about this.",
    )
    seed = st.number_input(
        "Seed",
        0,
        9_999,
        0,
        key=state.SentenceMap.SEED,
        bind=state.IN_URL,
        persist_state="session",
        help="The same sentences, settings and seed always give the same map and the same groups.",
    )
    return ProjectionSettings(method, dimensions, neighbours, round(distance, 2), int(seed))


def pick_vectors() -> tuple[Representation, bool]:
    """Ask for the vectors, and whether to compute them in bfloat16."""
    kind = st.selectbox(
        "Vectors",
        [each.value for each in Representation],
        key=state.SentenceMap.REPRESENTATION,
        bind=state.IN_URL,
        persist_state="session",
    )
    fast = False
    if fast_precision() is not None:
        fast = st.toggle(
            "Encode faster, in bfloat16",
            key=state.SentenceMap.FAST,
            bind=state.IN_URL,
            persist_state="session",
            help="Up to three times as fast if the processor supports it; cosines change by up to 0.003.",
        )
    return Representation(kind), fast


def opening_grouping(seed: int = 0) -> Grouping:
    """The grouping that the page opens with."""
    return Grouping(GROUPINGS[0], _OPENING_COUNT, _OPENING_SMALLEST, seed)


def pick_grouping() -> Grouping:
    """Ask for the grouping; its seed is that of the map."""
    opening = opening_grouping()
    method = pick_option("Groups by", GROUPINGS, state.SentenceMap.GROUPED_BY)
    if method == GROUPINGS[0]:
        return replace(
            opening, count=_slider("Number of groups", MOST_GROUPS, opening.count, state.SentenceMap.GROUP_COUNT)
        )
    smallest = _slider("Smallest group", 50, opening.smallest, state.SentenceMap.SMALLEST_GROUP)
    return replace(opening, method=method, smallest=smallest)


def offer_quick_methods() -> None:
    """Offer methods that are quick for many sentences, in place of those that are refused."""
    st.button(
        "Use UMAP and k-means",
        on_click=lambda: st.session_state.update(
            {state.SentenceMap.METHOD: METHODS[0], state.SentenceMap.GROUPED_BY: GROUPINGS[0]}
        ),
    )


def _slider(label: str, most: int, first: int, key: str) -> int:
    return st.slider(label, 2, most, first, key=key, bind=state.IN_URL, persist_state="session", width=320)
