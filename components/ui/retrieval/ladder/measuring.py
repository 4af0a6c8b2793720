"""Ways measured one after the other, with a bar, the time that is left, and a Stop button.

A result is kept for all sessions by the corpus, its chunks, the model, the questions and the way. The page measures for
a while and then runs again, so that what is there is seen while the rest is measured.
"""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import EncoderscopeError, GenerationError
from components.core.model.interventions import Intervention
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Question
from components.core.retrieval.evaluation.ladder import WayResult, measure_way
from components.core.retrieval.generation.language_model import configured_generator, write
from components.core.retrieval.search.hyde import MOST_TOKENS
from components.core.retrieval.search.operators_models import RERANKER, SPARSE_ENCODER
from components.core.retrieval.search.ways.way import NOTHING_NAMED, EncodedCorpus, Operators, QuestionReader, Way
from components.ui import state
from components.ui.caches import corpora, models
from components.ui.caches.corpora import EvaluationRequest, WayRequest
from components.ui.caches.encoding import encode_texts
from components.ui.progress import ProgressBar, TimedReport
from components.ui.retrieval.answer import secrets
from components.ui.retrieval.indexed_corpus import IndexedCorpus

# Seconds of measuring after which the page shows what it has.
_SHOW_AFTER = 1.5


def encoded(indexed_corpus: IndexedCorpus) -> EncodedCorpus:
    """The corpus as ways are prepared over it. Questions are encoded one by one and not kept on disk, to be timed."""
    model = indexed_corpus.model
    encoder = models.encoder(model)

    def encode(texts: Sequence[str], interventions: tuple[Intervention, ...], kind: TextKind) -> np.ndarray:
        return encode_texts(model, texts, interventions, kind=kind)

    def encode_now(texts: Sequence[str], interventions: tuple[Intervention, ...], kind: TextKind) -> np.ndarray:
        return encoder.encode(texts, interventions, kind=kind)

    return EncodedCorpus(
        indexed_corpus.chunks,
        indexed_corpus.corpus.documents,
        encoder,
        encode,
        QuestionReader(encoder, encode_now),
        given=indexed_corpus.unit_vectors,
        operators=named_by_operator(),
    )


def named_by_operator() -> Operators:
    """The models that the operator of the app has named beside the encoder."""
    generator, problem = None, NOTHING_NAMED.no_generator
    try:
        generator = configured_generator(os.environ, secrets())
    except GenerationError as error:
        problem = str(error)
    named = generator.model if generator else None
    return Operators(
        RERANKER.named_in(os.environ),
        SPARSE_ENCODER.named_in(os.environ),
        named,
        partial(write, generator, most_tokens=MOST_TOKENS) if generator else None,
        problem,
    )


@dataclass(frozen=True)
class Measuring:
    """Ways, the questions that they are asked, and what of that is measured."""

    indexed_corpus: IndexedCorpus
    questions: tuple[Question, ...]
    ways: tuple[Way, ...]

    @property
    def request(self) -> EvaluationRequest:
        """The cache key of what is asked where."""
        return EvaluationRequest.of(self.indexed_corpus.request, self.questions)

    @property
    def results(self) -> Mapping[Way, WayResult]:
        """What is measured of these ways, in their order."""
        own = self._own(state.Ladder.RESULTS)
        for way in self.ways:
            if way not in own and (kept := corpora.kept_way_result(WayRequest(self.request, way))):
                own[way] = kept
        return {way: own[way] for way in self.ways if way in own}

    @property
    def problems(self) -> Mapping[Way, str]:
        """The ways that cannot be measured, each with the reason."""
        own = self._own(state.Ladder.PROBLEMS)
        return {way: own[way] for way in self.ways if way in own}

    @property
    def missing(self) -> list[Way]:
        """The ways that are still to be measured."""
        known = {**self.results, **self.problems}
        return [way for way in self.ways if way not in known]

    @property
    def is_stopped(self) -> bool:
        """True if the reader has stopped the measuring of these ways."""
        return bool(st.session_state.get(state.Ladder.STOPPED) == (self.request, frozenset(self.ways)))

    def go_on(self, slot: DeltaGenerator) -> None:
        """Measure what is missing, and have the page run again to show it. slot: for the bar."""
        if self.is_stopped:
            with slot.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"Stopped: {len(self.results)} of {len(self.ways)} ways are measured.")
                st.button("Go on", on_click=lambda: st.session_state.pop(state.Ladder.STOPPED, None))
            return
        missing = self.missing
        if not missing:
            st.session_state.pop(state.Ladder.CORPUS, None)
            return
        with slot:
            bar = ProgressBar(on_stop=self._stop, name=state.Ladder.STOP)
        begun = time.monotonic()
        corpus = self._corpus()
        for way in missing:
            self._measure(way, corpus, bar)
            if time.monotonic() - begun > _SHOW_AFTER:
                break
        bar.clear()
        st.rerun()

    def _measure(self, way: Way, corpus: EncodedCorpus, bar: ProgressBar) -> None:
        number = f"{len(self.results) + len(self.problems) + 1} of {len(self.ways)}: {way.name}"
        report = TimedReport(bar, number)
        report("question", 0, len(self.questions))
        try:
            self._own(state.Ladder.RESULTS)[way] = corpora.way_result(
                WayRequest(self.request, way), lambda: measure_way(way, corpus, self.questions, report)
            )
        except EncoderscopeError as error:
            self._own(state.Ladder.PROBLEMS)[way] = str(error)

    def _own(self, name: str) -> dict[Way, Any]:
        """The values by way that this session has under a name, for these questions."""
        request, own = st.session_state.get(name, (None, {}))
        if request != self.request:
            own = {}
            st.session_state[name] = self.request, own
        return own

    def _corpus(self) -> EncodedCorpus:
        request, corpus = st.session_state.get(state.Ladder.CORPUS, (None, None))
        if request != self.request or corpus is None:
            corpus = encoded(self.indexed_corpus)
            st.session_state[state.Ladder.CORPUS] = self.request, corpus
        return corpus

    def _stop(self) -> None:
        st.session_state[state.Ladder.STOPPED] = self.request, frozenset(self.ways)
