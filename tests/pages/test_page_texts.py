"""Every page reads whatever can be read, and says clearly what cannot.

A page reads each text with a tiny model, and a few with the bundled one, about which it knows more.
"""

from pathlib import Path

import pytest

from components.core import SentenceError, load_encoder
from components.ui.examples import EXAMPLES
from tests.support.app_pages import FIRST, READING
from tests.support.visit import Visit

READABLE = {
    "one word": "pizza",
    "one character": "a",
    "punctuation": "?!",
    "an emoji": "🍕",
    "right to left": "البيتزا خرجت من الفرن وكانت لذيذة",
    "no blanks between words": "我喜欢吃披萨",
    "a script": "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>",
    "markup of all kinds": "**bold** _it_ `code` $x^2$ :red[x] &lt; <b>b</b> [CLS] {y} %{x} \\n",
    "control characters between words": "Squatch\x00 eats\x07 pizza\r\n\t.",
    "one word of 300 letters": "supercalifragil" * 20,
    "60 tokens": "pizza " * 57 + "oven",
    "512 tokens": "word " * 510,
}

UNREADABLE = {
    "empty": "",
    "blank": " \n\t ",
    "control characters only": "\x00\x07\x1b",
    "600 tokens": "word " * 598,
    "one megabyte": "word " * 200_000,
}


@pytest.mark.parametrize("text", READABLE.values(), ids=READABLE)
def test_every_page_reads(text: str, quick: dict[str, str]) -> None:
    visit = Visit(FIRST, **quick).type(text)
    for title in READING:
        visit.go_to(title)
        assert visit.typed == text
        assert len(visit.headings) == 1, title
        assert visit.error is None, title


def test_every_page_reads_the_longest_text_with_the_bundled_model_too() -> None:
    visit = Visit(FIRST).type(READABLE["512 tokens"])
    for title in READING:
        assert visit.go_to(title).error is None, title


def test_every_page_reads_each_example(quick: dict[str, str]) -> None:
    visit = Visit(FIRST, **quick)
    for title in READING:
        visit.go_to(title)
        for text in EXAMPLES.values():
            assert visit.type(text).error is None, (title, text)


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_said_on_every_page_and_stays_in_the_box(
    text: str, quick: dict[str, str], quick_directory: Path
) -> None:
    with pytest.raises(SentenceError) as raised:
        load_encoder(str(quick_directory)).tokenize(text)
    happened = "This sentence is too long" if "reads at most" in str(raised.value) else "This sentence cannot be read"
    visit = Visit(FIRST, **quick).type(text)
    for title in READING:
        visit.go_to(title)
        assert visit.headings == [happened]
        assert str(raised.value) in visit.words
        assert visit.typed == text
    assert visit.type("Squatch eats pizza").error is None


def test_a_script_is_never_part_of_the_markup(quick: dict[str, str]) -> None:
    visit = Visit(FIRST, **quick).type(READABLE["a script"])
    for title in READING:
        visit.go_to(title)
        assert "&lt;script&gt;" in visit.markup
        assert "<script" not in visit.markup
        assert "<img" not in visit.markup


def test_a_text_that_is_too_long_is_read_in_part_when_asked_to(quick: dict[str, str]) -> None:
    visit = Visit(FIRST, **quick).type("pizza " * 510 + "oven " * 88).press("Read its beginning")
    for title in READING:
        visit.go_to(title)
        assert visit.error is None
        assert "Only the first 512 of 600 tokens are read. The rest begins: “oven oven" in visit.words
    visit.app.toggle(key="cut").set_value(False).run()
    assert visit.headings == ["This sentence is too long"]


def test_a_text_with_nothing_to_read_offers_an_example_instead() -> None:
    visit = Visit("Tokens").type("").press("Read an example instead")
    assert visit.typed == EXAMPLES["Who eats whom"]
    assert visit.headings == Visit("Tokens").headings


@pytest.mark.parametrize(("title", "key"), [("Embeddings", "token"), ("Attention", "query"), ("Attention", "key")])
def test_a_shorter_sentence_after_a_token_beyond_its_end_was_picked_can_be_read(
    title: str, key: str, quick: dict[str, str]
) -> None:
    visit = Visit(title, **quick).type("pizza " * 30)
    visit.choose(key, "25  pizza")
    visit.type("Squatch")
    assert visit.app.selectbox(key=key).value in ("2  squat", "3  ##ch")
    assert len(visit.headings) == 1
