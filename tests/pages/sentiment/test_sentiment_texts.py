"""Whatever is typed on the Sentiment page is judged, or refused in words, and stays in the box."""

import json

import pytest

from components.core import Encoder
from tests.support.reference import assert_close
from tests.support.sentiment_page import (
    BOUNDARY,
    LOGISTIC,
    ON_THE_MAP,
    ORDER,
    SCREENS,
    SCRIPT,
    SHIPPED_CLASSES,
    TF_IDF,
    TYPED,
    LabelledTexts,
    box,
    finding,
    inputs_of,
    own,
    page,
    problems,
    sections,
    table_file,
    verdicts,
    visit,
    words,
)
from tests.support.visit import Visit

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")


READABLE = {
    "one character": "a",
    "an emoji": "🍕",
    "right to left": "البيتزا كانت لذيذة",
    "a script": SCRIPT,
    "control characters": "Squatch\x00 eats\x07 pizza\r\n\t.",
    "markup of all kinds": "**bold** _it_ `code` $x^2$ :red[x] &lt; <b>b</b> [CLS] {y} %{x} \\n",
    "capitals that grow in lower case": "İİ good İ",
    "3,000 characters": "understanding " * 214 + "good",
}


@pytest.mark.parametrize("text", READABLE.values(), ids=READABLE)
def test_whatever_can_be_read_is_judged_and_stays_in_the_box(
    text: str, encoder: Encoder, reviews: LabelledTexts
) -> None:
    opened = visit().enter("review", text)
    kept = text[:2000]  # as many as the box takes
    expected = reviews.verdicts(inputs_of(encoder, [" ".join(kept.split())]))
    for method in (LOGISTIC, TF_IDF):
        opened.choose("classifier", method)
        assert box(opened) == kept
        assert problems(opened) == []
        assert_close(verdicts(opened), expected[:, 1], 1e-4)
        assert opened.headings == [finding(expected, SHIPPED_CLASSES)]
    opened.pick("screen", ORDER)
    assert (box(opened), problems(opened)) == (kept, [])
    assert sections(opened)[0].startswith("These texts differ in more than word order: ")


def test_of_a_text_that_is_too_long_it_is_said_how_much_is_read() -> None:
    assert "“Type a text”: 402 tokens; the encoder reads the first 256" in words(visit().enter("review", "good " * 400))


@pytest.mark.parametrize("text", ["\x00\x07\x1b", "\u200b", "\u0301"])
def test_what_cannot_be_read_is_said_and_stays_in_the_box(text: str) -> None:
    opened = visit().enter("review", text)
    for view in (TYPED, ORDER):
        opened.pick("screen", view)
        assert box(opened) == text
        assert len(problems(opened)) == 1
        assert "finds nothing to read" in problems(opened)[0]
        assert len(opened.headings) == 1
    assert sections(opened)[0] == "The same words in another order"
    assert problems(opened.enter("review", "good").enter("reordered", text)) != []


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_without_a_text_the_page_says_how_to_begin(text: str) -> None:
    opened = visit().enter("review", text)
    assert box(opened) == text
    assert opened.headings == ["Type a text above, or choose a hard one"]


def test_a_script_is_never_part_of_what_is_sent_to_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.ui.sentiment.learning_curves.DRAWS", 1)
    classes = (SCRIPT, f"<b>{SCRIPT}", f"&lt;{SCRIPT}")

    def harmless(opened: Visit) -> bool:
        # As it is read: JSON may write a bracket as its number.
        specs = [json.dumps(json.loads(each.proto.spec)) for each in opened.app.get("plotly_chart")]
        return not any("<script" in each for each in (page(opened), *specs))

    for count in (3, 2):
        labelled = [(f"{SCRIPT} is number {n % count}, {n}", classes[n % count]) for n in range(15)]
        opened = own(table_file(labelled), f"{SCRIPT}.csv", SCRIPT, reordered=SCRIPT, epochs="2")
        assert harmless(opened)
        assert "&lt;script&gt;" in page(opened)
        assert harmless(opened.pick("screen", BOUNDARY))
        if len(opened.app.get("bidi_component")) < 2:
            assert harmless(opened.pick("decision_seen", ON_THE_MAP))
    for view in SCREENS[1:]:
        assert harmless(opened.pick("screen", view)), view
