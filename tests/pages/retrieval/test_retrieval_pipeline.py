"""The pipeline: the chain that is switched on, each passage's ranks in it, and what it changed for the question."""

from pathlib import Path

import pytest

from components.core import Encoder
from components.core.retrieval.generation.chain import diverse
from components.core.retrieval.search.fusion import fuse
from components.core.retrieval.search.late_interaction import late_interaction
from components.core.retrieval.search.near_duplicates import without_near_duplicates
from tests.support.retrieval_page import OPENING, PRAM, ShippedCorpus, own, problems, visit, words
from tests.support.tiny_models import save_cross_encoder
from tests.support.visit import Visit

PIPELINE = "the pipeline"


def pipeline(question: str, *steps: str, **parameters: str) -> Visit:
    """Open the screen with some steps switched on."""
    opened = visit(question, screen=PIPELINE, **parameters)
    if steps:
        opened.app.button_group(key="steps").set_value(list(steps)).run()
        assert not opened.app.exception
    return opened


def steps_shown(opened: Visit) -> list[str]:
    return [
        text.removeprefix("<b>").removesuffix("</b>") for text in opened.figure("chain")["layout"]["xaxis"]["ticktext"]
    ]


def ends(opened: Visit) -> dict[str, int]:
    """The names at the ends of the lines, each with its rank."""
    return {note["text"].removeprefix("★ "): note["y"] for note in opened.figure("chain")["layout"]["annotations"]}


def test_two_searches_alone_end_in_their_fusion_as_core_fuses_them(everyday: ShippedCorpus) -> None:
    opened = pipeline(PRAM, "Dense", "BM25")
    assert steps_shown(opened) == ["Dense", "BM25", "Fused"]
    fused = fuse({"Dense": everyday.dense(PRAM), "BM25": everyday.words(PRAM)}, 20)
    shown = ends(opened)
    expected = [everyday.names[each.index] for each in fused[:5]]
    assert [name for name, _ in sorted(shown.items(), key=lambda item: item[1])][:5] == expected
    assert "5 passages handed over" in words(opened)


def test_re_ranking_is_by_late_interaction_over_what_the_search_hands_on(
    encoder: Encoder, everyday: ShippedCorpus
) -> None:
    opened = pipeline(OPENING, "Dense", "Re-rank", candidates="10")
    assert steps_shown(opened) == ["Dense", "Re-ranked"]
    first = [each.index for each in everyday.dense(OPENING, 10)]
    scores = {index: late_interaction(encoder, OPENING, everyday.texts[index]).score for index in first}
    expected = sorted(first, key=lambda index: -scores[index])
    shown = ends(opened)
    ranked = {everyday.names[index]: rank for rank, index in enumerate(expected, 1)}
    assert shown
    assert all(ranked[name] == rank for name, rank in shown.items())


def test_a_double_is_named_with_the_passage_that_it_repeats(everyday: ShippedCorpus) -> None:
    opened = pipeline(PRAM, "Dense", "No doubles", doubles_from="0.6")
    distinct = without_near_duplicates(everyday.dense(PRAM, 20), everyday.unit_vectors, 0.6)
    left_out = [each for each in distinct.omitted if each.item.rank <= 5]
    assert left_out
    for each in left_out:
        said = (
            f"{everyday.names[each.item.index]}: left out by No doubles; of what stays, {everyday.names[each.nearest]}"
        )
        assert said in words(opened)
        assert f"is most like it, at a cosine of {each.cosine:.2f}." in words(opened)
    crosses = [each for each in opened.figure("chain")["data"] if each["mode"] == "markers"]
    assert len(crosses) == len(left_out)


def test_lambda_changes_what_is_handed_over_and_the_heading_follows() -> None:
    opened = pipeline("How do I sell things?", "Dense", "MMR")
    handed_over = []
    for weight in (1.0, 0.2):
        opened.slide("mmr_lambda", weight)
        handed_over.append(set(ends(opened)))
        (heading,) = opened.headings
        if weight == 1.0:
            assert heading == "The chain changes nothing: it hands over what Dense finds, in its order"
        else:
            assert "new: Dense alone does not put" in heading
    assert handed_over[0] != handed_over[1]


def test_where_the_question_is_judged_the_heading_says_what_became_of_the_answer(everyday: ShippedCorpus) -> None:
    answered = pipeline(OPENING, "Dense", "MMR")
    assert answered.headings == ["The passage that answers has rank 1 with the chain and without"]
    assert any(note["text"].startswith("★") for note in answered.figure("chain")["layout"]["annotations"])
    (answer,) = next(each.answers for each in everyday.questions if each.text == PRAM)
    (index,) = (
        number
        for number, chunk in enumerate(everyday.chunks)
        if (chunk.document, chunk.start) == (answer.document, answer.start)
    )
    rank = next(each.rank for each in everyday.dense(PRAM) if each.index == index)
    assert rank > 5
    lost = pipeline(PRAM, "Dense", "MMR")
    assert f"Dense alone has it at rank {rank}" in lost.headings[0]
    found = pipeline(PRAM, "Dense", "MMR", k=str(rank))
    step = diverse("MMR", everyday.dense(PRAM, 20), everyday.unit_vectors, rank, 0.7)
    after = step.rank_of(index)
    assert after is not None
    assert after < rank
    assert found.headings == [f"The chain lifts the passage that answers from rank {rank} to rank {after}"]


def test_compression_says_what_it_saves_and_a_passage_without_a_kept_sentence_is_left_out() -> None:
    opened = pipeline(OPENING, "Dense", "Compress", sentences_kept="10")
    assert steps_shown(opened) == ["Dense", "Compressed"]
    assert "compression keeps no sentence of it." in words(opened)
    assert "Compressed from" in words(opened)
    assert min(ends(opened).values()) == 1


def test_without_a_search_or_without_a_hit_it_says_what_to_switch_on() -> None:
    opened = pipeline(OPENING, "Re-rank", "MMR")
    assert opened.headings == ["Nothing is searched: a chain begins with Dense or BM25"]
    opened.app.button_group(key="steps").set_value(["BM25", "Re-rank", "MMR", "Compress"]).run()
    assert opened.headings == ["BM25 finds nothing to hand on: no passage shares a word with the question"]
    assert not opened.app.exception


def test_the_operators_cross_encoder_can_re_rank_and_a_broken_one_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "This server has no cross-encoder" in words(pipeline(OPENING))
    monkeypatch.setenv("ENCODERSCOPE_RERANKER", str(save_cross_encoder(tmp_path)))
    opened = pipeline(OPENING, reranked_by="cross-encoder")
    assert "Re-ranked" in steps_shown(opened)
    assert "reads the question together with each passage" in words(opened)
    assert problems(opened) == []
    monkeypatch.setenv("ENCODERSCOPE_RERANKER", str(tmp_path / "nowhere"))
    opened = pipeline(OPENING, reranked_by="cross-encoder")
    assert "Re-ranked" not in steps_shown(opened)
    assert problems(opened)[0].startswith("Nothing is re-ranked. ")


def test_documents_that_are_not_searched_take_no_part() -> None:
    opened = visit(OPENING, screen=PIPELINE)
    opened.choose_all("in", ["Travel"])
    assert ends(opened)
    assert all(name.startswith("Travel") for name in ends(opened))


def test_without_documents_it_waits() -> None:
    assert own(screen=PIPELINE, question=OPENING).headings == ["Add a document, then ask a question"]
