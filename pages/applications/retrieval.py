"""Live retrieval: the passages found for a question, the reason for each score, and the prompt for a generator."""

from functools import partial

import streamlit as st

from components.ui.page import read_model
from components.ui.retrieval import (
    chunk_borders,
    columns,
    corpora,
    evaluation,
    lessons,
    marked_passages,
    own_data,
    prompting,
    question_box,
    question_map,
    results,
    score_explanation,
    summary,
    two_languages,
    uploaded_documents,
)
from components.ui.retrieval.indexing import read_corpus
from components.ui.retrieval.ladder.screen import Ladder
from components.ui.retrieval.pipeline import screen as pipeline
from components.ui.retrieval.search_result import SearchResult
from components.ui.retrieval.searching import Searching
from components.ui.stage.stage import Stage

RESULTS, WHY, MAP, PROMPT = results.RESULTS, results.WHY, "on the map", "the prompt"
lessons.restore()
stage = Stage("Live retrieval")
model, encoder = read_model()
owner = uploaded_documents.owner()
with stage.own_data():
    marked = own_data.ask()
with stage.more():
    first_of_more = st.container()
    question_box.offer_earlier_questions()
    corpus_name = corpora.ask()
    settings = corpora.ask_for_chunks()
    k, threshold, ways = question_box.pick_k(), question_box.pick_threshold(), columns.ask()
with stage.control(RESULTS):
    question_box.offer_questions()
    lessons.offer()
with stage.ask_what_is_read():
    question = question_box.ask(model)
stage.name_pictures(question)
with stage.control(WHY, MAP, PROMPT):
    method = question_map.ask_for_ranking()
indexed_corpus = read_corpus(model, corpus_name, settings, owner, stage)
with marked:
    marked_passages.draw(indexed_corpus)
with stage.news():
    own_data.draw_news(indexed_corpus)
with stage.more():
    documents, stems = question_box.pick_documents(indexed_corpus.corpus), question_box.pick_stems()
    st.caption(summary.size(indexed_corpus))
result = SearchResult(indexed_corpus, question, k, documents, stems) if question and indexed_corpus.chunks else None
known = evaluation.questions_of(indexed_corpus, corpus_name)
lesson = lessons.lead(model, corpus_name, settings, question, k, documents)
searching = Searching(stage, indexed_corpus, result)
ladder = Ladder(indexed_corpus, corpus_name)
stage.run(
    {
        RESULTS: searching.screen(partial(results.draw, threshold=threshold, lesson=lesson, ways=ways)),
        WHY: searching.screen(lambda found, _: score_explanation.draw(found, encoder, method, first_of_more)),
        MAP: searching.screen(lambda found, _: question_map.draw(found, method)),
        pipeline.PIPELINE: searching.screen(lambda found, _: pipeline.draw(found, known)),
        PROMPT: searching.screen(lambda found, _: prompting.draw(found, encoder, method, threshold, known)),
        "how good it is": partial(evaluation.draw, indexed_corpus, corpus_name, owner, threshold),
        "ladder": ladder.draw,
        "failures": partial(evaluation.draw_failures, indexed_corpus, corpus_name),
        "passages": partial(chunk_borders.draw, indexed_corpus, encoder),
        "two languages": partial(two_languages.draw, indexed_corpus, corpus_name),
    }
)
ladder.go_on()
