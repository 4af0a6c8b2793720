"""The encoding of a file is found by its mark or its letters."""

import pytest

from components.core.text.uploads import read_upload


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "She said “hello” and left.\nIt’s a café – really…\n"),
        ("cp1252", "Die Straße ist schön.\nÜber den Flüssen fliegen Vögel.\n"),
        ("cp1252", "Le café était fermé hier soir.\nElle préfère le thé à la crème.\n"),
        ("cp1252", "Home at last. " * 30 + "\n" + "It’s late.\n"),
        ("cp1250", "Zażółć gęślą jaźń.\nDziękuję bardzo.\n"),
        ("cp1251", "Это предложение о погоде.\nКошка спит на диване.\n"),
        ("cp1253", "Η γάτα κοιμάται στον καναπέ.\nΟ καιρός είναι καλός σήμερα.\n"),
        ("cp932", "これは日本語の文章です。\n猫がソファで寝ています。\n"),
        ("gb18030", "这是一个中文句子。\n猫在沙发上睡觉。\n"),
        ("mac_roman", "Le café était fermé hier soir.\nElle préfère le thé à la crème.\n"),
    ],
)
def test_an_encoding_that_older_programs_save_in_is_found(encoding: str, text: str) -> None:
    upload = read_upload("a.txt", text.encode(encoding))
    assert upload.encoding == encoding
    assert [fields for _, fields in upload.rows] == [(" ".join(line.split()),) for line in text.splitlines()]


def test_latin_1_is_read_whether_or_not_it_is_cp1252_too() -> None:
    text = "¿Cómo estás? El niño comió mañana.\nÇa va très bien, merci à vous.\n"
    assert read_upload("a.txt", text.encode("latin-1")).rows[0][1] == ("¿Cómo estás? El niño comió mañana.",)
    # This byte is a control character in Latin-1, and nothing in cp1252.
    upload = read_upload("a.txt", (text + "Sí,\x81 señor.\n").encode("latin-1"))
    assert upload.rows[2][1] == ("Sí, señor.",)


def test_a_script_is_told_by_the_lines_that_are_in_it_however_late_they_come() -> None:
    plain = "The weather is nice today.\n" * 5_000
    upload = read_upload("a.txt", (plain + "Это предложение о погоде.\n").encode("cp1251"))
    assert upload.rows[-1][1] == ("Это предложение о погоде.",)


@pytest.mark.parametrize("start", ["", "x", "xx"])
def test_more_letters_than_are_looked_at_do_not_cut_one_in_two(start: str) -> None:
    # Of these, the one or the other would, whose letters have two bytes.
    assert read_upload("a.txt", (start + "猫がソファで寝ています。 " * 5_000).encode("cp932")).encoding == "cp932"


def test_what_does_not_fit_the_rest_of_the_file_is_not_taken_for_its_encoding() -> None:
    # The last line is not among those that are looked at, and its control character is nothing in cp1252.
    content = "Le café était fermé hier soir.\n".encode("cp1252") * 2_000
    assert read_upload("a.txt", content).encoding == "cp1252"
    upload = read_upload("a.txt", content + b"S\xed,\x81 se\xf1or.\n")
    assert upload.encoding == "latin_1"
    assert upload.rows[-1][1] == ("Sí, señor.",)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
def test_a_byte_order_mark_is_believed_and_is_no_part_of_the_first_name(encoding: str) -> None:
    upload = read_upload("a.csv", "\ufeffsentence,topic\nÉté.,x\n".encode(encoding))
    assert upload.columns == ("sentence", "topic")
    assert upload.encoding == encoding.removesuffix("-le").removesuffix("-be")
    assert upload.rows == ((2, ("Été.", "x")),)
