"""Tables uploaded to the Sentence map and to Sentiment: the page shows how they were read, and readers change it."""

import re

import pytest

from tests.support.visit import Visit

MESSAGES = b"spam,Win money now!!!\nham,Are you coming home, or not\nham,ok\n"
LABELLED = b"text,label\n" + b"".join(
    b"The %s number %d,%s\n" % (what, n, what) for what in (b"dog", b"cat") for n in range(6)
)


def on_the_map(content: bytes, name: str = "table.csv") -> Visit:
    return Visit("Sentence map", source="File", map="PCA").upload("sentence_file", name, content)


def says(opened: Visit) -> list[str]:
    """The sentences of the dots."""
    sentences: list[str] = opened.view("sentence-map")[0]["says"]
    return sentences


def first_row(opened: Visit, key: str) -> str:
    """The reading of the first row that is chosen."""
    return str(opened.app.button_group(key=f"{key}_first_row").value)


def test_without_a_header_every_row_is_on_the_map_and_labels_are_not_taken_for_texts() -> None:
    opened = on_the_map(MESSAGES)
    assert says(opened) == ["Win money now!!!", "Are you coming home, or not", "ok"]
    assert first_row(opened, "sentence") == "is data"
    assert "First row of table.csv read as data." in opened.words
    assert "table.csv, read as UTF-8, columns divided by commas" in opened.words
    assert "in 1 row only where no space follows, to fit the other rows" in opened.words
    assert "left out" not in opened.words


def test_the_first_of_some_lines_is_on_the_map_until_it_is_said_to_be_a_name_and_again_when_not() -> None:
    opened = on_the_map(b"I like pizza\nI hate rain\nWhat a day\n")
    assert says(opened) == ["I like pizza", "I hate rain", "What a day"]
    opened.pick("sentence_first_row", "holds names")
    assert says(opened) == ["I hate rain", "What a day"]
    assert "The first row holds names (guessed: is data)" in opened.words
    assert "First row of table.csv read as names of columns: I like pizza." in opened.words
    assert says(opened.pick("sentence_first_row", "is data")) == ["I like pizza", "I hate rain", "What a day"]


def test_the_line_that_names_the_delimiter_for_excel_is_not_on_the_map() -> None:
    opened = on_the_map("\ufeffsep=;\r\ntext;label\r\nHello, there.;x\r\nBye.;y\r\n".encode())
    assert says(opened) == ["Hello, there.", "Bye."]
    assert first_row(opened, "sentence") == "holds names"
    assert "read as names of columns: text, label." in opened.words
    assert "columns divided by semicolons" in opened.words


def test_columns_that_were_chosen_stay_the_same_when_the_first_row_is_read_in_another_way() -> None:
    opened = on_the_map(b"id,text,topic\n1,The soup is hot.,food\n2,The dog barks.,animals\n3,A cat sleeps.,animals\n")
    opened.choose("sentence_column", "topic").choose("sentence_label_column", "id")
    opened.pick("sentence_first_row", "is data")
    assert says(opened) == ["topic", "food", "animals"]
    assert opened.app.selectbox(key="sentence_label_column").value == "column 1"


def test_how_the_first_row_is_read_is_kept_on_other_pages_and_ends_with_the_file() -> None:
    opened = on_the_map(b"pizza\nrain\nday\n").pick("sentence_first_row", "holds names")
    opened.go_to("Context").go_to("Sentence map")
    assert (says(opened), first_row(opened, "sentence")) == (["rain", "day"], "holds names")
    opened.upload("sentence_file", "other.csv", b"A dog barks.\nA cat sleeps.\n")
    assert (says(opened), first_row(opened, "sentence")) == (["A dog barks.", "A cat sleeps."], "is data")


def test_a_single_row_cannot_be_names_which_is_said_and_the_row_stays() -> None:
    opened = on_the_map(b"Only this,one\n").pick("sentence_first_row", "holds names")
    assert "there is no row below it" in opened.words
    assert first_row(opened, "sentence") == "is data"
    assert says(opened) == ["Only this"]


@pytest.mark.parametrize("name", ["lines.txt", "lines.jsonl"])
def test_of_a_file_without_columns_no_first_row_is_asked(name: str) -> None:
    opened = on_the_map({"lines.txt": b"One.\nTwo.", "lines.jsonl": b'"One."\n"Two."'}[name], name)
    assert says(opened) == ["One.", "Two."]
    assert "First row" not in opened.words
    assert not any(each.key == "sentence_first_row" for each in opened.app.button_group)


def test_all_rows_that_are_not_used_are_counted_and_the_reason_for_most_of_them_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("components.core.text.sentence_set.MOST_SENTENCES", 60)
    lines = [*(f"Sentence {n // 2}." for n in range(110)), *(f"Another {n}." for n in range(90))]
    opened = on_the_map("\n".join(lines).encode(), "lines.txt")
    assert "60 sentences, 140 rows left out" in opened.words
    said = "85 beyond the limit (lines 116 to 200), 55 repeated (lines 2, 4, 6, 8 and 51 more)"
    labels = [each.label for each in opened.app.expander if "left out" in each.label]
    assert labels == [f"What was left out: 140 rows – {said}"]
    assert f"60 sentences in use. Left out: {said}." in opened.words
    listed = re.findall("<li>((?:Line|And) .*?)</li>", opened.markup)
    assert "is not read, like the 84 lines after it: at most 60 sentences are used" in listed[0]
    assert listed[-1] == "And 6 more."


@pytest.mark.usefixtures("umap_compiled")
def test_sentiment_shows_how_the_first_row_was_read_and_learns_from_it_when_it_is_data() -> None:
    opened = Visit("Sentiment", reviews_from="File").upload("text_file", "own.csv", LABELLED)
    assert "12 texts, 2 classes" in opened.words
    said = "First row of own.csv read as names of columns: text, label. Change it under “Your own data”."
    assert said in opened.words
    opened.pick("text_first_row", "is data")
    assert "Line 1 is the only text of class “label”" in opened.words
    assert "First row of own.csv read as data." in opened.words
    assert "12 texts, 2 classes" in opened.words


def rows_shown(opened: Visit) -> list[list[str]]:
    """The first rows beside the controls: the line, then its fields."""
    return opened.table("All rows") if "<caption>All rows" in opened.markup else opened.table("The first of")


def test_what_was_guessed_stands_beside_the_first_rows() -> None:
    opened = on_the_map("text;label\nEins, zwei.;x\n\nDrei.;y\nVier.;x\nFünf.;y\n".encode("cp1252"))
    assert "table.csv, read as Windows-1252, western, columns divided by semicolons" in opened.words
    assert rows_shown(opened) == [["2", "Eins, zwei.", "x"], ["4", "Drei.", "y"], ["5", "Vier.", "x"]]
    assert "The first of 4 rows" in opened.words
    assert "(guessed:" not in opened.words
    assert "4 sentences in use. Left out: 1 without text (line 3)." in opened.words


def test_a_click_divides_the_rows_by_another_delimiter_and_the_guess_is_named_beside_it() -> None:
    opened = on_the_map(b"Hot, cold;x\nWarm, cool;y\nDamp, dry;x\n")
    assert says(opened) == ["Hot, cold", "Warm, cool", "Damp, dry"]
    opened.pick("sentence_delimiter", "commas")
    assert rows_shown(opened) == [["1", "Hot", "cold;x"], ["2", "Warm", "cool;y"], ["3", "Damp", "dry;x"]]
    assert "columns divided by commas (guessed: semicolons)" in opened.words
    opened.pick("sentence_delimiter", "nothing")
    assert says(opened) == ["Hot, cold;x", "Warm, cool;y", "Damp, dry;x"]
    assert "one column (guessed: semicolons)" in opened.words
    assert says(opened.pick("sentence_delimiter", "semicolons")) == ["Hot, cold", "Warm, cool", "Damp, dry"]
    assert "(guessed:" not in opened.words


def test_a_click_reads_the_file_in_another_encoding_and_keeps_the_columns_that_were_chosen() -> None:
    opened = on_the_map("größe,text\nweiß,Die Straße.\nrot,Ein Fuß.\n".encode("mac_roman"))
    opened.choose("sentence_encoding", "mac_roman").choose("sentence_column", "größe")
    assert says(opened) == ["weiß", "rot"]
    opened.choose("sentence_encoding", "cp1252")
    assert says(opened) == ["wei§", "rot"]
    assert opened.app.selectbox(key="sentence_column").value == "gr\u0161§e"
    assert rows_shown(opened)[0] == ["2", "wei§", "Die Stra§e."]


def test_an_encoding_that_does_not_fit_is_refused_in_words_and_the_rows_stay() -> None:
    opened = on_the_map("text\nDie Straße.\nEin Fuß.\n".encode("cp1252"))
    opened.choose("sentence_encoding", "utf-8")
    assert "Byte 14 of 26 does not fit the encoding utf-8. Choose another encoding." in opened.words
    assert says(opened) == ["Die Straße.", "Ein Fuß."]
    assert opened.app.selectbox(key="sentence_encoding").value == "cp1252"
    opened.choose("sentence_encoding", "latin_1")
    assert "does not fit" not in opened.words


def test_lines_of_a_text_become_a_table_with_one_click_and_lines_again() -> None:
    opened = on_the_map(b"text;label\nHot.;x\nCold.;y\n", "lines.txt")
    assert says(opened) == ["text;label", "Hot.;x", "Cold.;y"]
    opened.pick("sentence_delimiter", "semicolons")
    assert says(opened) == ["Hot.", "Cold."]
    assert first_row(opened, "sentence") == "holds names"
    assert len(says(opened.pick("sentence_delimiter", "nothing"))) == 3


def test_a_delimiter_that_the_file_names_itself_is_offered_too() -> None:
    opened = on_the_map(b"sep=:\ntext:label\nHot.:x\nCold.:y\n")
    assert opened.app.button_group(key="sentence_delimiter").value == ":"
    assert says(opened) == ["Hot.", "Cold."]
    assert rows_shown(opened) == [["3", "Hot.", "x"], ["4", "Cold.", "y"]]


def test_the_next_file_is_guessed_anew() -> None:
    opened = on_the_map(b"Hot, cold;x\nWarm, cool;y\nDamp, dry;x\n").pick("sentence_delimiter", "commas")
    opened.upload("sentence_file", "other.csv", b"A dog;1\nA cat;2\nA cow;3\n")
    assert rows_shown(opened) == [["1", "A dog", "1"], ["2", "A cat", "2"], ["3", "A cow", "3"]]
    assert "(guessed:" not in opened.words


@pytest.mark.usefixtures("umap_compiled")
def test_sentiment_learns_from_the_rows_as_they_are_divided_and_names_what_is_left_out() -> None:
    content = LABELLED.replace(b",", b";") + b";dog\nThe dog number 0;dog\n"
    opened = Visit("Sentiment", reviews_from="File").upload("text_file", "own.csv", content)
    assert "12 texts, 2 classes" in opened.words
    assert rows_shown(opened)[0] == ["2", "The dog number 0", "dog"]
    said = "1 without text (line 14), 1 repeated (line 15)"
    assert f"12 texts in use. Left out: {said}." in opened.words
    assert f"What was left out: 2 rows – {said}" in [each.label for each in opened.app.expander]
    opened.pick("text_delimiter", "commas")
    assert "have no labels" in opened.words
    assert rows_shown(opened)[0] == ["2", "The dog number 0;dog"]
    assert "12 texts, 2 classes" in opened.pick("text_delimiter", "semicolons").words
