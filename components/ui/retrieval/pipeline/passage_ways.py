"""A chain that was run for a question: its steps, and what it changed, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from components.core.errors import EncoderscopeError
from components.core.retrieval.documents import Question
from components.core.retrieval.evaluation.evaluation import answers_in
from components.core.retrieval.generation.chain import (
    LeftOut,
    Step,
    compressed,
    diverse,
    first_ranks,
    searched,
    without_doubles,
)
from components.core.retrieval.generation.context_compression import Compression
from components.core.retrieval.search.ranking import RankedItem
from components.ui.retrieval import live_ways
from components.ui.retrieval.compression import compress_sources, sources_of
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.pipeline.chain_settings import COMPRESS, DISTINCT, DIVERSE, RERANK, ChainSettings
from components.ui.retrieval.search_result import BM25, DENSE, SearchResult
from components.ui.wording import format_count, shorten, spell_number

# Names in sentences.
_LONGEST = 40


@dataclass(frozen=True, eq=False)
class PassageWays:
    """The steps of a chain for one question."""

    result: SearchResult
    steps: tuple[Step, ...]
    answers: tuple[int, ...]  # the passages that are known to answer the question
    problem: str = ""  # why a step is left out
    compression: Compression | None = None

    @property
    def first(self) -> Step:
        """What the last is compared with: the first search alone."""
        return self.steps[0]

    @property
    def handed_over(self) -> tuple[RankedItem, ...]:
        """The first k after the last step."""
        return self.steps[-1].ranking[: self.result.k]

    def ranks(self, index: int) -> tuple[int | None, ...]:
        """The ranks of a passage after each step."""
        return tuple(step.rank_of(index) for step in self.steps)

    def left_out(self, index: int) -> tuple[int, LeftOut] | None:
        """The step that leaves a passage out, from 0, and for which; None if none does."""
        for number, step in enumerate(self.steps):
            for each in step.left_out:
                if each.index == index:
                    return number, each
        return None

    @property
    def drawn(self) -> list[int]:
        """The passages that are among the first k after some step, and those that answer, by their first ranks."""
        k = self.result.k
        found = dict.fromkeys(each.index for step in self.steps for each in step.ranking[:k])
        ranked = {each.index for step in self.steps for each in step.ranking}
        return list(found | dict.fromkeys(index for index in self.answers if index in ranked))

    def name(self, index: int) -> str:
        """A passage as sentences name it."""
        return shorten(name_of(self.result.indexed_corpus, index), _LONGEST)

    @property
    def finding(self) -> str:
        """What the chain changes for this question, beside its first search."""
        if len(self.steps) == 1:
            return f"{self.first.name} alone: switch on a step, and see what it changes"
        if self.answers:
            return self._finding_of_answer()
        before = [each.index for each in self.first.ranking[: self.result.k]]
        after = [each.index for each in self.handed_over]
        if before == after:
            return f"The chain changes nothing: it hands over what {self.first.name} finds, in its order"
        new = len(set(after) - set(before))
        if not new and len(after) == len(before):
            return f"The chain hands over the same {format_count(len(after), 'passage')} in another order"
        if not new:
            return f"The chain leaves {spell_number(len(after))} of {format_count(len(before), 'passage')}"
        are = "is" if new == 1 else "are"
        return (
            f"{spell_number(new).capitalize()} of {format_count(len(after), 'passage')} {are} new: {self.first.name} "
            f"alone does not put {'it' if new == 1 else 'them'} among its first {spell_number(self.result.k)}"
        )

    def _finding_of_answer(self) -> str:
        every = first_ranks(self.steps, self.answers)
        before, k = every[0], self.result.k
        after = next((each.rank for each in self.handed_over if each.index in self.answers), None)
        who = "The passage that answers" if len(self.answers) == 1 else "The first passage that answers"
        alone = f"{self.first.name} alone"
        if before is None and after is None:
            return f"{who} is found neither by {alone} nor by the chain"
        if after is None:
            assert before is not None
            if before > k:
                return f"{who} is not handed over, with the chain or without: {alone} has it at rank {before:,}"
            return f"The chain loses the passage that answers, which {alone} has at rank {before:,}"
        if before is None:
            return f"The chain finds the passage that answers, at rank {after}; {alone} does not"
        if after < before:
            return f"The chain lifts the passage that answers from rank {before:,} to rank {after}"
        if after > before:
            return f"The chain lowers the passage that answers from rank {before:,} to rank {after}"
        return f"{who} has rank {after} with the chain and without"

    @property
    def said_left_out(self) -> list[str]:
        """For each passage that a step leaves out of the first k, which step and for which passage."""
        said = []
        for step in self.steps:
            near = [each for each in step.left_out if each.rank <= self.result.k]
            said += [f"{self.name(each.index)}: {self._reason(step, each)}" for each in near]
            if further := len(step.left_out) - len(near):
                said.append(f"{step.name} leaves out {spell_number(further)} more of lower rank.")
        return said

    def _reason(self, step: Step, omitted: LeftOut) -> str:
        if omitted.nearest is None:
            return "compression keeps no sentence of it."
        return (
            f"left out by {step.name}; of what stays, {self.name(omitted.nearest)} is most like it, at a cosine of "
            f"{omitted.cosine:.2f}."
        )

    def table(self) -> pd.DataFrame:
        """The rank of each drawn passage after each step."""
        return pd.DataFrame(
            {
                "passage": [name_of(self.result.indexed_corpus, index) for index in self.drawn],
                **{step.name: [step.rank_of(index) for index in self.drawn] for step in self.steps},
                "left out by": [
                    self.steps[found[0]].name if (found := self.left_out(index)) else "" for index in self.drawn
                ],
                "answers": [index in self.answers for index in self.drawn],
            }
        ).set_index("passage")


def answers_to(result: SearchResult, questions: Sequence[Question]) -> tuple[int, ...]:
    """The passages that are known to answer the question, ascending; () if that is not known."""
    same = [each for each in questions if each.text == result.question]
    return tuple(sorted({index for found in answers_in(result.indexed_corpus.chunks, same) for index in found}))


def run_chain(result: SearchResult, settings: ChainSettings, answers: tuple[int, ...]) -> PassageWays:
    """Run the chain. A step that cannot read this corpus is left out, with the reason; one search must be on."""
    searches = {
        name: ranking for name, ranking in ((DENSE, result.dense), (BM25, result.words)) if name in settings.steps
    }
    steps = list(searched(searches, settings.candidates))
    vectors, problem, compression = result.indexed_corpus.unit_vectors, "", None

    def before() -> tuple[RankedItem, ...]:
        return steps[-1].ranking[: settings.candidates]

    if RERANK in settings.steps:
        try:
            steps.append(Step("Re-ranked", live_ways.rerank(result, settings.reranked_by, before())))
        except EncoderscopeError as error:
            problem = f"Nothing is re-ranked. {error}"
    if DISTINCT in settings.steps:
        steps.append(without_doubles(DISTINCT, before(), vectors, settings.bound))
    if DIVERSE in settings.steps:
        steps.append(diverse(DIVERSE, before(), vectors, result.k, settings.relevance_weight))
    if COMPRESS in settings.steps:
        first = before()[: result.k]
        ranked = [RankedItem(each.index, each.score, rank) for rank, each in enumerate(first, 1)]
        sources = sources_of(result, [each.index for each in ranked])
        compression = compress_sources(result, sources, settings.kept).compression
        steps.append(compressed("Compressed", ranked, compression))
    return PassageWays(result, tuple(steps), answers, problem, compression)
