"""The sentence: typed, read, reversed, or taken from the examples."""

from playwright.sync_api import expect

from tests.browser.reader import Reader
from tests.support.reference import Opened

SENTENCE = "Norm drinks tea"
_FIRST = "Squatch eats pizza"


def chips(bundled: Opened, text: str) -> list[str]:
    """What the chips on the Tokens page say, according to Hugging Face's tokenizer: token and id."""
    ids = bundled.tokenizer(text)["input_ids"]
    return [f"{token}{i}" for token, i in zip(bundled.tokenizer.convert_ids_to_tokens(ids), ids, strict=True)]


def test_typing_a_sentence_and_pressing_ctrl_and_enter_shows_its_tokens(reader: Reader, bundled: Opened) -> None:
    reader.open("Tokens")
    shown = reader.main.locator(".es-words .es-chip")
    expect(shown).to_have_text(chips(bundled, _FIRST))
    reader.sentence.fill(SENTENCE)
    reader.sentence.press("Control+Enter")
    expect(shown).to_have_text(chips(bundled, SENTENCE))
    expect(reader.main.locator(".es-sentence")).to_have_text(SENTENCE)


def test_typing_a_sentence_and_pressing_read_it_shows_its_tokens(reader: Reader, bundled: Opened) -> None:
    reader.open("Tokens")
    reader.sentence.fill(SENTENCE)
    reader.sidebar.get_by_role("button", name="Encode", exact=True).click()
    expect(reader.main.locator(".es-words .es-chip")).to_have_text(chips(bundled, SENTENCE))


def test_reverse_reverses_the_words_and_twice_is_the_sentence_again(reader: Reader, bundled: Opened) -> None:
    reader.open("Tokens", text=SENTENCE)
    for expected in ("tea drinks Norm", SENTENCE):
        reader.sidebar.get_by_role("button", name="Reverse the words", exact=True).click()
        expect(reader.sentence).to_have_value(expected)
        expect(reader.main.locator(".es-words .es-chip")).to_have_text(chips(bundled, expected))
        reader.expect_parameter("text", expected)


def test_reverse_takes_what_was_just_typed(reader: Reader) -> None:
    reader.open("Tokens")
    reader.sentence.fill(SENTENCE)
    reader.sidebar.get_by_role("button", name="Reverse the words", exact=True).click()
    expect(reader.sentence).to_have_value("tea drinks Norm")
    expect(reader.main.locator(".es-sentence")).to_have_text("tea drinks Norm")


def test_picking_an_example_fills_in_its_sentence_again_and_again(reader: Reader) -> None:
    reader.open("Tokens")
    for name, text in [
        ("A garden path", "While the chef cooked the pasta boiled over."),
        ("A negation", "The film was not bad, it was actually good."),
        ("A garden path", "While the chef cooked the pasta boiled over."),
    ]:
        reader.sidebar.get_by_role("combobox", name="Or pick an example").click()
        reader.page.get_by_role("option", name=name, exact=True).click()
        expect(reader.sentence).to_have_value(text)
        expect(reader.main.locator(".es-sentence")).to_have_text(text)
        reader.expect_parameter("text", text)
        reader.settled()
