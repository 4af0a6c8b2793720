"""The columns of sentences and labels are found by their names and by what they hold."""

import pytest

from components.core.text.likely_columns import likely_columns
from tests.support.uploaded import upload_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sentence,topic\nSalt.,Cooking", ("sentence", "topic")),
        ("topic,sentence\nCooking and baking,Salt.", ("sentence", "topic")),
        ("id,Review text,note\n1,Good.,a much longer note than that\n2,Bad.,none", ("Review text", None)),
        ("text_id,text,class\na1,Good salt.,x", ("text", "class")),
        ("a,b,c\n1,Good salt.,x\n2,Bad salt.,x\n3,No salt.,y\n4,More salt.,y", ("b", "c")),
        ("a,b,c\n1,Good salt.,x\n2,Bad salt.,x\n3,No salt.,x\n4,More salt.,x", ("b", None)),
        ("a,b,Group\n1,Good salt.,x\n1,Bad salt.,y\n2,No salt.,z\n2,More salt.,w", ("b", "Group")),
        ("text,b\n,Salt.\n,Pepper.", ("b", None)),
        ("sentence,label\nSalt.,\nPepper.,", ("sentence", None)),
        ("text\nSalt\nPepper", ("text", None)),
        ("Salt\nPepper", ("column 1", None)),
        ("spam,Win money now!!!\nham,Are you coming home, or not\nham,ok", ("column 2", None)),
        ("very positive,ok\nvery positive,nice\nnegative,bad\nnegative,no", ("column 2", "column 1")),
        ("Kategorie;Text\nsehr zufrieden;Gut.\nsehr zufrieden;Na ja.", ("Text", "Kategorie")),
        (f"sentence,class\n{'Salt. ' * 30},{'Salt. ' * 20}", ("sentence", None)),
    ],
)
def test_the_columns_are_guessed_by_name_and_by_what_they_hold(text: str, expected: tuple[str, str | None]) -> None:
    assert likely_columns(upload_of("a.csv", text)) == expected
