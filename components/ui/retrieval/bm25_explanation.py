"""The BM25 score of a passage, word by word."""

from markupsafe import Markup

from components.core.retrieval.search.bm25 import K1, B
from components.ui.page import markup, section
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.results import format_score
from components.ui.retrieval.search_result import BM25, SearchResult
from components.ui.tables import table
from components.ui.wording import format_count


def explain_terms(result: SearchResult) -> None:
    """Draw the heading with the formula of BM25."""
    bm25 = result.indexed_corpus.bm25
    section(
        "By words: each shared word adds to BM25",
        "A word adds idf · f · (k₁ + 1) ÷ (f + k₁ · (1 − b + b · length ÷ average)). f: its occurrences in the "
        f"passage; idf: higher for words in fewer passages; k₁ = {K1}, b = {B}; average: {bm25.average_length:.1f} "
        "words per passage. Words such as “the” do not count (Robertson and Zaragoza 2009).",
    )


def draw_terms(result: SearchResult, index: int) -> None:
    """Draw the BM25 score of a passage, word by word."""
    bm25 = result.indexed_corpus.bm25
    terms = bm25.contributions(result.question, index)
    total = sum(term.share for term in terms)
    length = format_count(int(bm25.lengths[index]), "word")
    name = name_of(result.indexed_corpus, index)
    heading = Markup('<h2>{}: BM25 is {}</h2><p class="es-note">{} of this passage count.</p>')
    markup(heading.format(name, format_score(BM25, total), length))
    if not terms:
        markup(Markup('<p class="es-note">The question has no word that counts.</p>'))
        return
    table(
        ["word", "in the passage", f"in passages of {bm25.size:,}", "idf", "adds"],
        [
            [
                term.term if term.count_in_question == 1 else f"{term.term} (asked {term.count_in_question} times)",
                str(term.count_in_chunk),
                f"{term.document_frequency:,}",
                f"{term.idf:.3f}",
                f"{term.share:.3f}",
            ]
            for term in terms
        ]
        + [["sum", "", "", "", format_score(BM25, total)]],
        "The part of each question word in the BM25 score.",
    )
