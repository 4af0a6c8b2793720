"""A file of one's own texts and labels."""

import re

import pytest

from tests.support.sentiment_page import (
    PAGE,
    PRAISE,
    TOPICS,
    LabelledTexts,
    box,
    own,
    own_topics,
    page,
    problems,
    readable,
    table_file,
    verdicts,
    visit,
    words,
)

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")


def test_rows_that_cannot_be_learned_from_are_left_out_and_listed(topics: LabelledTexts) -> None:
    labelled = [(text, list(TOPICS)[target]) for text, target in zip(topics.texts, topics.targets, strict=True)]
    labelled[3:3] = [("Nobody labelled this", ""), ("A lone one", "rare"), ("Nor this", "")]
    opened = own(table_file(labelled))
    assert "24 texts, 3 classes" in words(opened)
    said = "What was left out: 3 rows – 2 without a label (lines 5 and 7), 1 in classes with too few texts (line 6)"
    assert [each.label for each in opened.app.expander if "left out" in each.label] == [said]
    listed = [readable(each) for each in re.findall("<li>(Line .*?)</li>", page(opened))]
    assert listed == [
        "Line 5 has no label: Nobody labelled this",
        "Line 6 is the only text of class “rare”; a class needs 5: A lone one",
        "Line 7 has no label: Nor this",
    ]


UNFIT = {
    "one class": (table_file([(text, "a") for text in TOPICS["food"]]), "All labels are alike: “a”."),
    "eleven classes": (
        table_file([(f"text {n} of {label}", label) for label in "abcdefghijk" for n in range(5)]),
        "The labels have 11 different values; between 2 and 10 classes are told apart.",
    ),
    "no column of labels": ("text\n" + "\n".join(TOPICS["food"]), "These 8 texts have no labels"),
    "rare classes only": (table_file([("a soup", "b"), ("a cake", "d")]), "0 have at least 5 texts; two are needed."),
    "empty": (b"", "mine.csv: This is empty"),
    "names of columns only": (b"text,label\n", "mine.csv: Line 1 was read as the names of 2 columns"),
    "broken": (b"text,label\n\x00\x01", "mine.csv: This is no text: it has "),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "mine.csv: This looks like a picture (PNG)"),
}


@pytest.mark.parametrize(("content", "said"), UNFIT.values(), ids=UNFIT)
def test_a_file_that_nothing_can_be_learned_from_is_refused_in_words_with_a_way_out(
    content: bytes | str, said: str
) -> None:
    opened = visit(PRAISE).pick("reviews_from", "File")
    opened.upload("text_file", "mine.csv", content.encode() if isinstance(content, str) else content)
    assert opened.headings == ["No texts to learn from"]
    assert said in words(opened)
    assert re.search(r'<p class="es-lead">.*\. (Choose|Add|Open|Take|Save)|; take a file', page(opened))
    opened.press("Use the shipped reviews")
    assert box(opened) == PRAISE
    assert verdicts(opened).shape == (5,)
    assert "612 texts, 2 classes" in words(opened)


def test_without_a_file_the_page_says_where_to_give_one() -> None:
    opened = visit(reviews_from="File")
    assert opened.headings == ["No texts to learn from"]
    assert "No file was given yet. Open “Your own data” and give one" in words(opened)


def test_a_broken_file_after_a_good_one_is_named_and_leaves_the_good_one(topics: LabelledTexts) -> None:
    opened = own_topics(topics).upload("text_file", "photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe")
    assert "24 texts, 3 classes" in words(opened)
    assert problems(opened) == [
        "photo.csv: This looks like a picture (PNG); take a file of text. The page shows the file before."
    ]
    labelled = [(f"{text} today", "indoors" if n % 2 else "outdoors") for n, text in enumerate(topics.texts)]
    opened.upload("text_file", "doors.csv", table_file(labelled))
    assert problems(opened) == []
    assert "24 texts, 2 classes" in words(opened)
    assert opened.figure("verdicts")["data"][0]["type"] == "bar"


def test_another_column_can_be_chosen_for_the_labels(topics: LabelledTexts) -> None:
    rows = [
        f"{text},{list(TOPICS)[target]},{'even' if n % 2 else 'odd'}"
        for n, (text, target) in enumerate(zip(topics.texts, topics.targets, strict=True))
    ]
    opened = own(("text,label,parity\n" + "\n".join(rows)).encode())
    assert "24 texts, 3 classes" in words(opened)
    opened.choose("text_label_column", "parity")
    assert "24 texts, 2 classes" in words(opened)


def test_a_file_stays_with_its_reader_while_others_are_asked_and_no_other_sees_it(topics: LabelledTexts) -> None:
    one, other = own_topics(topics), visit()
    assert "612 texts, 2 classes" in words(other.enter("review", PRAISE))
    other.pick("reviews_from", "File")
    assert "No file was given yet" in words(other)
    assert not any(text in page(other) for text in topics.texts)
    one.pick("reviews_from", "Reviews")
    assert "612 texts, 2 classes" in words(one)
    one.put("source", "File").go_to("Sentence map")
    assert "No file was given yet" in words(one)
    one.go_to(PAGE).pick("reviews_from", "File")
    assert "24 texts, 3 classes" in words(one)
