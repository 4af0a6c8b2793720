"""The techniques that a reader picks, with their settings."""

import streamlit as st

from components.core.retrieval.search.ways.catalogue import FIRST, TECHNIQUES
from components.core.retrieval.search.ways.way import Group, Operators, Way
from components.ui import state
from components.ui.retrieval import technique_settings
from components.ui.stage import frame


def ask(operators: Operators) -> tuple[Way, ...]:
    """Ask which techniques are compared; those that this model or server lacks are named with the reason."""
    ways: list[Way] = []
    with frame.controls(), st.popover("Techniques", width="content"):
        for group in Group:
            ways += _ask_group(group, operators)
        for each in TECHNIQUES:
            if obstacle := each.obstacle(operators):
                frame.note(f"{each.name}: {obstacle}")
    return tuple(dict.fromkeys(ways))


def _ask_group(group: Group, operators: Operators) -> list[Way]:
    there = {each.name: each for each in TECHNIQUES if each.group is group and not each.obstacle(operators)}
    picked: list[str] = st.pills(
        group.value,
        list(there),
        selection_mode="multi",
        default=[name for name in there if name in FIRST],
        key=state.Ladder.techniques(group.value),
        bind=state.IN_URL,
        persist_state="session",
    )
    return [
        there[name].way(technique_settings.ask(there[name], state.Ladder.setting), operators)
        for name in there
        if name in picked
    ]
