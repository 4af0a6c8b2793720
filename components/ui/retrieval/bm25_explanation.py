"""The BM25 score of a passage, word by word."""

from components.core.retrieval.search.bm25 import K1, B
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.results import format_score
from components.ui.retrieval.search_result import BM25, SearchResult
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count


def formula(result: SearchResult) -> str:
    """The formula of BM25 in words."""
    bm25 = result.bm25
    return (
        "By words: each shared word adds to BM25. A word adds idf · f · (k₁ + 1) ÷ (f + k₁ · (1 − b + b · length ÷ "
        f"average)). f: its occurrences in the passage; idf: higher for words in fewer passages; k₁ = {K1}, b = {B}; "
        f"average: {bm25.average_length:.1f} words per passage (Robertson and Zaragoza 2009). {_cut(result)}"
    )


def _cut(result: SearchResult) -> str:
    """How a text is cut into words that count."""
    spelled = (
        "A word counts by its stem, as “keep” for “keeps” and “keeping”; every passage is compared, without the index."
        if result.stemmed
        else "A word counts as it is spelled: “keeps” is not “keep”."
    )
    return f"Words such as “the” do not count. {spelled}"


def draw_terms(result: SearchResult, index: int) -> None:
    """Draw the BM25 score of a passage, word by word."""
    bm25 = result.bm25
    terms = bm25.contributions(result.question, index)
    total = sum(term.share for term in terms)
    length = format_count(int(bm25.lengths[index]), "word")
    name = name_of(result.indexed_corpus, index)
    frame.part(f"{name}: BM25 is {format_score(BM25, total)}", f"{length} of this passage count.")
    if not terms:
        frame.note("The question has no word that counts.")
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
