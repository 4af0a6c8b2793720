"""The passages: the borders that core draws, what neighbours share, and what the model does not read."""

import re
from itertools import pairwise

from components.core import Encoder
from components.core.retrieval.documents import ChunkSettings, Unit
from components.core.retrieval.ingest.chunking import chunks_of, unread_from
from tests.support.retrieval_page import PASSAGES, ShippedCorpus, chunks_in, own, page, readable, visit, words
from tests.support.visit import Visit


def drawn(opened: Visit) -> list[tuple[str, str]]:
    """What is said above each passage, and its markup."""
    passage = r'<div class="es-chunk"><p class="es-count">(.*?)</p><p class="es-text" dir="auto">(.*?)</p></div>'
    return re.findall(passage, page(opened), re.DOTALL)


def marked(markup: str, tag: str) -> str:
    """The text in this tag; "" if there is none."""
    return "".join(map(readable, re.findall(rf"<{tag}>(.*?)</{tag}>", markup, re.DOTALL)))


def test_the_passages_of_a_document_are_shown_with_what_neighbours_share(
    encoder: Encoder, notes: ShippedCorpus
) -> None:
    whole = "\n\n".join(notes.texts[:4])
    opened = own(screen=PASSAGES, chunks_by="tokens", chunk_tokens="64", overlap="20")
    opened.write("document_pasted", whole).press("Add the text")
    expected = chunks_in(encoder, "", whole, ChunkSettings(Unit.TOKENS, 64, 64 * 20 // 100))
    assert len(expected) > 3
    assert [said for said, _ in drawn(opened)] == [
        f"passage {number} · {chunk.token_count} tokens" for number, chunk in enumerate(expected, 1)
    ]
    assert [readable(markup) for _, markup in drawn(opened)] == [chunk.text for chunk in expected]
    shared = ["", *(whole[each.start : before.end] for before, each in pairwise(expected))]
    assert [marked(markup, "u") for _, markup in drawn(opened)] == shared
    assert sum(map(bool, shared)) > 1


def test_a_passage_ends_where_the_section_does(everyday: ShippedCorpus) -> None:
    opened = visit(screen=PASSAGES)
    cooking = [text for text, title in zip(everyday.texts, everyday.titles, strict=True) if title == "Cooking"]
    sections = everyday.corpus.documents[everyday.titles.index("Cooking")].sections
    assert len(cooking) == len(sections) > 1
    assert [readable(markup) for _, markup in drawn(opened)] == cooking
    assert "155 passages" in words(opened)
    assert "No passage is longer than the 256 tokens that the model reads" in words(opened)
    last = opened.app.selectbox(key="document_shown").options[-1]
    opened.choose("document_shown", last)
    assert readable(drawn(opened)[0][1]) == everyday.texts[everyday.titles.index(last.split("  ", 1)[1])]


def test_what_the_model_does_not_read_of_a_passage_is_struck_through(encoder: Encoder, everyday: ShippedCorpus) -> None:
    opened = visit(screen=PASSAGES, chunks_by="tokens", chunk_tokens="512")
    long = 0
    options = opened.app.selectbox(key="document_shown").options[:2]
    for option, document in zip(options, everyday.corpus.documents, strict=False):
        opened.choose("document_shown", option)
        for (said, markup), chunk in zip(
            drawn(opened), chunks_of(document, ChunkSettings(Unit.TOKENS, 512), encoder), strict=True
        ):
            assert readable(markup) == chunk.text
            unread = unread_from(chunk, encoder)
            if unread is None:
                assert "<s>" not in markup
                assert said.endswith(f"{chunk.token_count} tokens")
                continue
            long += 1
            assert said.endswith(f"{chunk.token_count} tokens · the model reads 256 of them")
            assert marked(markup, "s") == chunk.text[unread:]
    assert long > 1


def test_documents_are_divided_by_meaning_as_an_address_says(encoder: Encoder, everyday: ShippedCorpus) -> None:
    whole = "\n\n".join(everyday.texts[:4])
    opened = own(screen=PASSAGES, chunks_by="meaning", chunk_tokens="64", chunk_percentile="20")
    opened.write("document_pasted", whole).press("Add the text")
    expected = chunks_in(encoder, "", whole, ChunkSettings(Unit.MEANING, 64, percentile=20))
    assert [readable(markup) for _, markup in drawn(opened)] == [chunk.text for chunk in expected]
    assert max(chunk.token_count for chunk in expected) <= 66
    opened.slide("chunk_percentile", 80)
    assert len(drawn(opened)) > len(expected)
    assert "overlap" not in [each.key for each in opened.app.slider]


def test_a_document_of_one_sentence_or_of_nothing_to_read_can_be_divided_by_meaning() -> None:
    opened = own(screen=PASSAGES, chunks_by="meaning")
    opened.write("document_pasted", "Only one sentence stands here.").press("Add the text")
    assert [readable(markup) for _, markup in drawn(opened)] == ["Only one sentence stands here."]
