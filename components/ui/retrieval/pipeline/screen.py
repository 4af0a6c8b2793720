"""The screen “the pipeline”: the chain as a row of steps, and a line for each passage from step to step."""

from collections.abc import Sequence
from typing import Final

import streamlit as st
from markupsafe import Markup

from components.core.retrieval.documents import Question
from components.core.retrieval.search.ranking import RRF_CONSTANT
from components.core.retrieval.search.ways.late import LateRerankWay
from components.core.retrieval.search.ways.operators import CrossEncoderWay
from components.core.retrieval.search.ways.way import Way
from components.figures.charts.bump_chart import RankLine, bump_chart
from components.figures.palette import Palette
from components.ui.charts import show
from components.ui.page import markup, palette
from components.ui.retrieval.pipeline import chain_settings
from components.ui.retrieval.pipeline.chain_settings import RERANK, ChainSettings
from components.ui.retrieval.pipeline.passage_ways import PassageWays, answers_to, run_chain
from components.ui.retrieval.search_result import BM25, DENSE, SearchResult
from components.ui.stage import frame
from components.ui.wording import format_count, join_list

#: The screen that is drawn here.
PIPELINE = "the pipeline"
# Ranks that have a row of their own.
_DEEPEST = 10


def draw(result: SearchResult, questions: Sequence[Question]) -> None:
    """Draw the way of the passages through the chain. questions: those whose answers are known."""
    settings = chain_settings.ask()
    if not settings.has_search:
        frame.heading(
            "Nothing is searched: a chain begins with Dense or BM25",
            "Switch on Dense, BM25 or both: two rankings are fused before the next step.",
        )
        return
    ways = run_chain(result, settings, answers_to(result, questions))
    if not any(step.ranking for step in ways.steps):
        frame.heading(
            "BM25 finds nothing to hand on: no passage shares a word with the question",
            "Switch on Dense, which needs no shared words.",
        )
        return
    frame.heading(ways.finding, _lead(ways))
    picture, beside = st.columns([11, 5], gap="medium")
    with picture:
        _draw_ways(ways)
    with beside, st.container(key="scroll_chain"):
        _draw_left_out(ways)
    with frame.details():
        _explain(ways, settings)


def _lead(ways: PassageWays) -> str:
    lead = "A line is a passage on its way from step to step: blue if it rises, red if it falls or is left out (×)."
    if ways.answers:
        lead += " The green one with a star answers the question."
    return lead


def _draw_ways(ways: PassageWays) -> None:
    colours = palette()
    lines = [_line(ways, index, colours) for index in ways.drawn]
    searches = sum(step.name in (DENSE, BM25) for step in ways.steps)
    deepest = max(
        (rank for line in lines for rank in line.ranks if rank is not None and rank <= _DEEPEST), default=_DEEPEST
    )
    show(
        bump_chart(lines, [step.name for step in ways.steps], deepest, searches, colours),
        key="chain",
        alt=_alt(ways),
        numbers=ways.table,
    )


def _line(ways: PassageWays, index: int, colours: Palette) -> RankLine:
    ranks, omitted = ways.ranks(index), ways.left_out(index)
    before, after = (each if each is not None else _NOWHERE for each in (ranks[0], ranks[-1]))
    colour = colours.key if after < before else colours.query if after > before else colours.quiet
    answers = index in ways.answers
    return RankLine(
        ways.name(index),
        ranks,
        colours.output if answers else colour,
        None if omitted is None else omitted[0],
        stressed=answers,
        said="answers the question" if answers else "",
    )


# The rank of what is not ranked, in comparisons.
_NOWHERE = 10**9
_RERANKED: Final[dict[type[Way], str]] = {
    LateRerankWay: "each token of the question looks for its most similar token of the passage; the score is the sum",
    CrossEncoderWay: "a second model reads the question together with each passage, and gives the pair one score",
}


def _alt(ways: PassageWays) -> str:
    ends = join_list([f"{each.rank}. {ways.name(each.index)}" for each in ways.handed_over]) or "nothing"
    return f"Ranks after {join_list([step.name for step in ways.steps])}. Handed over: {ends}. {ways.finding}"


def _draw_left_out(ways: PassageWays) -> None:
    frame.part(f"{format_count(len(ways.handed_over), 'passage')} handed over")
    if ways.problem:
        markup(Markup('<p class="es-problem">{}</p>').format(ways.problem))
    if ways.compression is not None:
        kept = ways.compression
        frame.note(
            f"Compressed from {kept.tokens_before:,} to {format_count(kept.tokens_after, 'token')}: "
            f"{kept.tokens_saved:,} saved."
        )
    for said in ways.said_left_out:
        frame.note(said)
    if not ways.said_left_out:
        frame.note("No step leaves out one of the first passages.")
    gone = [
        each
        for each in ways.first.ranking[: ways.result.k]
        if each.index not in {other.index for other in ways.handed_over} and ways.left_out(each.index) is None
    ]
    for each in gone:
        rank = ways.steps[-1].rank_of(each.index)
        where = "is overtaken by others" if rank is None else f"falls to rank {rank:,}"
        frame.note(f"{ways.name(each.index)}: rank {each.rank} in {ways.first.name}, {where}.")


def _explain(ways: PassageWays, settings: ChainSettings) -> None:
    frame.note(
        f"Each search hands on its first {settings.candidates}; two are fused by 1 ÷ ({RRF_CONSTANT} + rank), summed "
        "(Cormack, Clarke and Büttcher 2009). Both run side by side: dotted lines lead from Dense to the fusion."
    )
    if RERANK in settings.steps:
        frame.note(
            f"Re-rank: {_RERANKED[type(settings.reranked_by)]} ({settings.reranked_by.source}). What is handed on is "
            "put into this order."
        )
    frame.note(
        "No doubles: leaves out what has too high a cosine with a passage above it. MMR: the next passage has the "
        "highest λ · score − (1 − λ) · cosine with the most similar one chosen before; scores are brought to 0 to 1 "
        "first (Carbonell and Goldstein 1998). Compress: keeps the sentences nearest to the question (Xu, Shi and Choi "
        "2024)."
    )
