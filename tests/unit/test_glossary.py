"""The glossary: each term is one sentence, is shown on a screen that exists, and is marked where it first stands."""

from markupsafe import Markup

from components.ui.stage import glossary, line


def test_every_term_is_one_sentence_and_is_shown_on_a_screen_that_exists() -> None:
    for term in glossary.terms().values():
        assert term.screen in line.page_entry(term.page).screens, term.name
        assert term.says.endswith(".")
        assert term.says.count(". ") == 0, term.name
        assert len(term.says) <= 140, term.name


def test_a_term_is_marked_once_and_what_a_reader_typed_never() -> None:
    known: set[str] = set()
    marked = glossary.explained("Heads look. A head has keys; “keys” <b> is typed.", known)
    assert marked.count("es-term") == 2
    assert ">Heads</span>" in marked
    assert ">keys</span>" in marked
    assert "“keys” &lt;b&gt;" in marked
    assert known == {"head", "key"}
    assert "es-term" not in glossary.explained("heads and keys", known)


def test_markup_keeps_its_tags_and_isolated_text() -> None:
    marked = glossary.explained(Markup('<b class="head">one</b> <bdi>head</bdi>'), set())
    assert marked == Markup('<b class="head">one</b> <bdi>head</bdi>')
