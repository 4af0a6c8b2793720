"""Names of groups: those that a reader gives them, and their own words elsewhere.

A name belongs to the sentences of a group, so that it is there again whenever the same group is found.
"""

from collections.abc import Sequence
from hashlib import blake2b

import streamlit as st

from components.core.mapping.clustering import NOISE, Cluster
from components.ui import state
from components.ui.sentence_map.session import SentenceMap


def own_words(words: Sequence[str], number: int) -> str:
    """The name of a group that was given none: its own words, or its number if it has none.

    >>> own_words(("oven", "soup", "salt", "dough"), 0), own_words((), 2)
    ('oven, soup, salt', 'Group 3')
    """
    if number == NOISE:
        return "no group"
    return ", ".join(words[:3]) or f"Group {number + 1}"


def group_names(session: SentenceMap) -> dict[int, str]:
    """The number of each group → its name."""
    _, clusters = session.groups
    return {each.number: _given(session, each) or own_words(each.words, each.number) for each in clusters}


def _given(session: SentenceMap, cluster: Cluster) -> str:
    if cluster.number == NOISE:
        return ""
    return " ".join(str(st.session_state.get(key_of(session, cluster)) or "").split())


def key_of(session: SentenceMap, cluster: Cluster) -> str:
    """The key of the box for a group's name."""
    members = sorted(session.of_set.sentences[index] for index in cluster.members.tolist())
    return state.SentenceMap.group_name(blake2b("\n".join(members).encode(), digest_size=8).hexdigest())
