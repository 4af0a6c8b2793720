"""Side by side: any ways of searching as columns of the results, each with what core ranks first."""

import numpy as np
import pytest

from components.core import Encoder
from components.core.retrieval.search.late_interaction import late_interaction
from components.core.retrieval.search.mmr import diverse_ranking
from tests.support.retrieval_page import (
    DENSE,
    OPENING,
    PRAM,
    ShippedCorpus,
    button_keys,
    hits,
    names,
    page,
    problems,
    readable,
    visit,
    words,
)


def test_a_way_that_is_picked_stands_beside_dense_with_the_ranks_that_core_gives(
    encoder: Encoder, everyday: ShippedCorpus
) -> None:
    opened = visit(PRAM)
    opened.choose_all("side_by_side", ["Dense", "Late interaction", "MMR"])
    assert names(opened, "Dense") == everyday.best_names(DENSE, PRAM)
    scores = np.array([late_interaction(encoder, PRAM, text).score for text in everyday.texts])
    best = np.argsort(-scores, kind="stable")[:5]
    assert names(opened, "MaxSim") == [everyday.names[index] for index in best]
    assert [float(hit.score) for hit in hits(opened, "MaxSim")] == pytest.approx(scores[best], abs=2e-3)
    diverse = diverse_ranking(everyday.dense(PRAM), everyday.unit_vectors, 5, 0.7)
    assert names(opened, "MMR 0.7") == [everyday.names[each.index] for each in diverse.items]
    assert "<h2>BM25</h2>" not in page(opened)


def test_a_setting_of_a_way_is_asked_where_it_is_picked_and_changes_its_column(everyday: ShippedCorpus) -> None:
    opened = visit(PRAM)
    opened.choose_all("side_by_side", ["MMR"])
    opened.app.select_slider(key="column_mmr_relevance_weight").set_value(0.1).run()
    diverse = diverse_ranking(everyday.dense(PRAM), everyday.unit_vectors, 5, 0.1)
    assert names(opened, "MMR 0.1") == [everyday.names[each.index] for each in diverse.items]


def test_a_way_that_hands_over_other_parts_than_passages_shows_them_by_their_sections() -> None:
    opened = visit(OPENING)
    opened.choose_all("side_by_side", ["Sentence window"])
    found = hits(opened, "Window ±2")
    # Two sentences on each side reach into the sections before and after.
    assert found[0].name == "Cooking · 3 to 5"
    assert "cut cells release a gas" in found[0].text
    assert len(found) == 5


def test_without_a_choice_the_three_usual_rankings_stand_there() -> None:
    opened = visit(PRAM)
    before = page(opened)
    opened.choose_all("side_by_side", [])
    assert [name for name in ("Dense", "BM25", "Hybrid") if f"<h2>{name}</h2>" in page(opened)] == [
        "Dense",
        "BM25",
        "Hybrid",
    ]
    assert readable(page(opened)) == readable(before)


def test_what_takes_seconds_a_question_is_not_offered_and_the_reason_is_there() -> None:
    opened = visit(PRAM)
    picker = opened.app.multiselect(key="side_by_side")
    assert "Late interaction" in picker.options
    assert not {"HyDE", "Other wordings", "Cross-encoder"} & set(picker.options)
    assert "HyDE" in picker.help


def test_only_in_some_documents_the_other_ways_search_those_too() -> None:
    opened = visit(PRAM, side_by_side="Late interaction")
    opened.choose_all("in", ["Cooking"])
    assert names(opened, "MaxSim")
    assert all(name.startswith("Cooking") for name in names(opened, "MaxSim"))


def test_the_cosine_of_a_passage_of_any_way_is_one_click_away() -> None:
    opened = visit(OPENING, side_by_side="Late interaction")
    opened.press_key(button_keys(opened, "why__")[0])
    assert opened.app.session_state["ranked_by"] == "Dense"
    assert problems(opened) == []
    assert "Cooking · 4" in words(opened)
