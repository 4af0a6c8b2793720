"""By hand: titles, the sheets and what is sent to the browser follow from the numbers that the address holds."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from components.core.by_hand.code import decode, encode
from components.core.by_hand.language import read_language
from components.core.by_hand.network import Network, loss, run
from components.ui.by_hand.exercises import opening_language, puzzles, trained_numbers
from components.ui.stage.line import PAGES, page_entry
from components.ui.wording import format_signed
from tests.support.app_pages import SCREENS
from tests.support.visit import Visit

PAGE = "By hand"
LANGUAGE = read_language(opening_language())
BLANK = '<i class="es-blank"></i>'


def untrained() -> Network:
    """Small numbers that nobody has trained."""
    draws = np.random.default_rng(3).normal(scale=0.5, size=30).round(2)
    query, key, value = draws[18:].reshape(3, 2, 2)
    return Network(draws[:18].reshape(9, 2), query, key, value)


def screen(name: str, **parameters: str) -> Visit:
    return Visit(PAGE, screen=name, **parameters)


def test_the_page_follows_the_overview() -> None:
    assert [page.title for page in PAGES[:3]] == ["Overview", PAGE, "Tokens"]
    assert set(SCREENS[PAGE]) == {"every number", "it learns", "puzzles", "on paper"}


def test_the_title_names_the_words_that_the_numbers_of_the_address_put_in_the_gap() -> None:
    assert screen("every number").headings == ["30 numbers put “pizza” or “bread” in the place of [MASK]"]
    network = untrained()
    visit = screen("every number", numbers=encode(network), sentence="squatch [MASK] tea")
    shares = run(network, (0, 8, 6)).probabilities[1]
    assert f"30 numbers put “{LANGUAGE.words[int(shares.argmax())]}”" in visit.headings[0]
    assert visit.sent("every-number")["code"] == encode(network)


def test_whom_the_gap_looks_at_is_asked_before_it_is_shown_and_not_of_changed_numbers() -> None:
    visit = screen("every number", ask="true")
    assert visit.headings == ["At which word does “[MASK]” look most?"]
    visit.pick("guess_looks", "3 [MASK]").press("Reveal")
    weights = run(decode(trained_numbers(), LANGUAGE), (0, 2, 8)).weights[0, 2]
    assert "You guessed “3 [MASK]”; it is “2 eats”." in visit.words
    assert int(weights.argmax()) == 1
    changed = screen("every number", ask="true", numbers=encode(untrained()))
    assert changed.headings[0].startswith("30 numbers put")


def test_the_training_screen_says_how_far_the_numbers_are_above_the_floor() -> None:
    assert screen("it learns").headings == ["These 30 numbers know all that can be known: loss 0.462, floor 0.462"]
    network = untrained()
    over = loss(network, LANGUAGE) - LANGUAGE.floor(ordered=True)
    visit = screen("it learns", numbers=encode(network))
    assert visit.headings == [f"These 30 numbers lose {over:.3f} more than they must"]


def test_the_browser_is_told_the_language_its_floors_and_the_sentence() -> None:
    sent = screen("it learns", sentence="norm ? tea milk").sent("it-learns")
    assert [" ".join(LANGUAGE.words[word] for word in words) for words in sent["sentences"]] == [
        line.strip() for line in opening_language().splitlines()
    ]
    assert (sent["sentence"], sent["looks"]) == ([1, 8, 6, 7], 1)
    assert sent["floor"] == [LANGUAGE.floor(ordered=True), LANGUAGE.floor(ordered=False)]
    assert (sent["mode"], sent["opening"], sent["goal"]) == ("training", trained_numbers(), None)


@pytest.mark.parametrize("number", range(5))
def test_each_puzzle_says_its_task_and_has_a_hint_and_a_goal(number: int) -> None:
    puzzle = list(puzzles().values())[number]
    visit = screen("puzzles", puzzle=puzzle.name)
    assert visit.headings == [f"Puzzle {number + 1} of 5: {puzzle.name}"]
    assert puzzle.task in visit.words
    sent = visit.sent("plane-of-the-puzzle")
    assert (sent["place"], sent["code"], sent["hint"]) == (puzzle.name, puzzle.numbers, puzzle.hint)
    assert list(sent["goal"]) == list(puzzle.goal)
    decode(puzzle.numbers, puzzle.language)


def sheets(visit: Visit) -> tuple[str, str]:
    """The markup of the sheet with blanks, and of the one with answers."""
    blanks, answers = re.findall(r'<section class="es-sheet[^"]*">(.*?)</section>', visit.markup, re.DOTALL)
    return blanks, answers


@pytest.mark.parametrize("sentence", ["squatch eats [MASK]", "norm", "tea ? norm pizza eats"])
def test_the_sheets_have_the_numbers_given_and_as_many_blanks_as_the_title_says(sentence: str) -> None:
    network = untrained()
    visit = screen("on paper", numbers=encode(network), sentence=sentence)
    blanks, answers = sheets(visit)
    (count,) = re.findall(r"(\d+) numbers to find", visit.headings[0])
    assert blanks.count(BLANK) == int(count) == len(re.findall(r"<b>", answers))
    assert BLANK not in answers
    words = [(*LANGUAGE.words, "[MASK]").index(word.replace("?", "[MASK]")) for word in sentence.split()]
    looks = words.index(8) if 8 in words else len(words) - 1
    steps = run(network, tuple(words))
    found = [html.unescape(number) for number in re.findall(r"<b>(.*?)</b>", answers)]
    expected = [
        *steps.inputs.ravel(),
        *np.stack([steps.queries, steps.keys, steps.values], axis=1).ravel(),
        *np.stack([steps.scores[0][looks], steps.weights[0][looks]], axis=1).ravel(),
        *steps.attended[looks],
        *steps.results[looks],
        *np.stack([steps.likeness[looks], steps.probabilities[looks]], axis=1).ravel(),
    ]
    assert found == [format_signed(float(number), 2) for number in expected]


def test_each_step_leads_to_a_screen_of_the_line_and_takes_the_readers_sentence_along() -> None:
    visit = Visit("Tokens", screen="the cut").type("The soup was hot").go_to(PAGE)
    ways = visit.sent("every-number")
    for way in ways["ways"].values():
        address = urlsplit(way["href"])
        query = parse_qs(address.query)
        page = next(page for page in PAGES if page.address == address.path)
        assert query.get("screen", [page.screens[0]])[0] in page_entry(page.title).screens
        assert query["text"] == ["The soup was hot"]
        assert "the same step on your sentence in all-MiniLM-L6-v2" in way["says"]


@pytest.mark.parametrize(
    ("parameters", "title", "says"),
    [
        ({"language": "norm"}, "This language cannot be read", "Line 1 has 1 word; a sentence has 2 to 5"),
        ({"sentence": "norm eats caviar"}, "This sentence cannot be read", "“caviar” is no word of this language"),
        ({"sentence": "<script>alert(1)</script>"}, "This sentence cannot be read", "is no word of this language"),
        ({"numbers": "x"}, "These numbers cannot be read", "30 numbers are needed"),
        ({"solution": "x", "screen": "puzzles"}, "These numbers cannot be read", "24 numbers are needed"),
    ],
)
def test_what_cannot_be_read_is_said_with_a_way_out(parameters: dict[str, str], title: str, says: str) -> None:
    visit = Visit(PAGE, **({"screen": "every number"} | parameters))
    assert visit.error == title
    assert says in visit.words
    offer = next(button for button in visit.app.button if re.match("Go back|Read|Begin", button.label))
    visit.press(offer.label)
    assert visit.error is None


def test_a_language_of_the_readers_own_has_no_numbers_until_the_browser_draws_them() -> None:
    visit = screen("every number", language="rain falls\nsnow melts", sentence="rain ?")
    assert visit.headings == ["22 numbers are a whole encoder, and nobody has trained them yet"]
    sent = visit.sent("every-number")
    assert (sent["code"], sent["opening"]) == ("", "")
    assert screen("on paper", language="rain falls\nsnow melts", sentence="rain ?").headings == [
        "There are no numbers to print yet"
    ]
