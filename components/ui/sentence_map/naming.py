"""Naming the groups, and what their names are good for: a file, and the classes of Sentiment."""

import pandas as pd
import streamlit as st

from components.core.classification.datasets import MOST_CLASSES
from components.core.mapping.clustering import NOISE
from components.ui import downloads, state
from components.ui.sentence_map.group_names import group_names, key_of, own_words
from components.ui.sentence_map.session import SentenceMap
from components.ui.sentiment import texts as classes

_LONGEST = 60


def ask_for_names(session: SentenceMap) -> None:
    """Ask for the names of the groups, and offer what they are good for: a file, and the classes of Sentiment."""
    _, clusters = session.groups
    found = [each for each in clusters if each.number != NOISE]
    if not found:
        return
    with st.popover("Name the groups", width="content"):
        st.caption("Groups of one name are one class. Names stay in this session; a link does not contain them.")
        with st.container(key="scroll_group_names"):
            for each in found:
                st.text_input(
                    own_words(each.words, each.number),
                    key=key_of(session, each),
                    persist_state="session",
                    max_chars=_LONGEST,
                    placeholder="its own words",
                )
        # Made now, since a button's file is made outside of the session that holds the names.
        content = _labelled_file(session)
        downloads.offer(
            "Download sentences with their groups (CSV)",
            lambda: content,
            "encoderscope-groups.csv",
            type="tertiary",
        )
        count = len({name for number, name in group_names(session).items() if number != NOISE})
        fits = 2 <= count <= MOST_CLASSES
        if st.button(
            "Use the groups as classes in Sentiment",
            disabled=not fits,
            help="The groups come from the same vectors that the classifiers read, so classifiers find these classes "
            "again more easily than classes that people chose."
            if fits
            else f"Sentiment tells 2 to {MOST_CLASSES} classes apart, not {count}. Groups of one name are one class.",
        ):
            classes.take("groups.csv", content)
            st.switch_page(classes.PAGE, query_params={state.Sentiment.REVIEWS_FROM: classes.FILE})


def _labelled_file(session: SentenceMap) -> bytes:
    """A CSV of the sentences that are in a group, each with its group's name."""
    numbers, _ = session.groups
    names = group_names(session)
    grouped = [index for index, number in enumerate(numbers.tolist()) if number != NOISE]
    table = pd.DataFrame(
        {
            "text": [session.of_set.sentences[index] for index in grouped],
            "label": [names[int(numbers[index])] for index in grouped],
        }
    )
    return table.to_csv(index=False).encode("utf-8")
