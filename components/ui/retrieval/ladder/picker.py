"""The techniques that a reader picks, with their settings."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.core.retrieval.search.ways.catalogue import FIRST, TECHNIQUES, Parameter, Technique
from components.core.retrieval.search.ways.way import Group, Operators, Way
from components.ui import state
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
    return [there[name].way(_ask_settings(there[name]), operators) for name in there if name in picked]


def _ask_settings(technique: Technique) -> Mapping[str, Any]:
    """Ask for the settings of one technique."""
    return {each.field: _ask_setting(technique, each) for each in technique.parameters}


def _ask_setting(technique: Technique, parameter: Parameter) -> Any:
    return st.select_slider(
        f"{technique.name}: {parameter.label}",
        parameter.choices,
        parameter.first,
        key=state.Ladder.setting(technique.name, parameter.field),
        bind=state.IN_URL,
        persist_state="session",
    )
