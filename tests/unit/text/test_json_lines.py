"""Lines of JSON objects are rows of a table, and the others are listed."""

import json

from tests.support.uploaded import reasons, sentences_of, upload_of


def test_the_columns_of_json_are_all_keys_and_values_are_text() -> None:
    lines = [
        {"text": " Salt\nplease. ", "stars": 5},
        {"stars": 4.5, "text": None, "good": True},
        {"tags": ["a", {"b": "é"}]},
    ]
    upload = upload_of("a.jsonl", "\n".join(json.dumps(line) for line in lines))
    assert upload.columns == ("text", "stars", "good", "tags")
    assert [fields for _, fields in upload.rows] == [
        ("Salt please.", "5", "", ""),
        ("", "4.5", "true", ""),
        ("", "", "", '["a",{"b":"é"}]'),
    ]


def test_a_line_of_json_may_be_a_string_alone() -> None:
    assert sentences_of("a.jsonl", '"One.\\nHalf."\n{"sentence": "Two."}').sentences == ("One. Half.", "Two.")


def test_lines_that_are_no_objects_are_left_out() -> None:
    nested = "[" * 60_000 + "]" * 60_000
    lines = [
        '{"a": "One."}',
        "One.",
        "17",
        '{"a": "Two."',
        "{}",
        "",
        f'{{"a": {nested}}}',
        '{"a": ' + "9" * 5_000 + "}",
    ]
    upload = upload_of("a.jsonl", "\n".join(lines))
    assert upload.rows == ((1, ("One.",)),)
    assert reasons(upload) == {
        2: "cannot be read as JSON from character 1 on",
        3: "is not a JSON object",
        4: "cannot be read as JSON from character 13 on",
        5: "is empty",
        6: "is empty",
        7: "is JSON with too many brackets or digits",
        8: "is JSON with too many brackets or digits",
    }


def test_half_an_emoji_in_json_is_not_handed_on() -> None:
    assert sentences_of("a.jsonl", '{"sentence": "Oh \\ud83d"}').sentences == ("Oh",)


def test_objects_that_have_ever_new_keys_are_left_out() -> None:
    upload = upload_of("a.jsonl", "\n".join(json.dumps({f"key {number}": "a"}) for number in range(102)))
    assert len(upload.columns) == 100
    assert reasons(upload) == dict.fromkeys((101, 102), "has 1 key that no line above has; at most 100 in all are read")
