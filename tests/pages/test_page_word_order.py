"""Word order: two sentences, aligned and compared, and the switch that makes them one."""

import re
from itertools import permutations

import numpy as np
import pytest

from components.core import Encoder, PositionsReordered
from components.core.positions.permutations import shuffle_positions
from components.figures.palette import LIGHT
from tests.support.reference import Opened, assert_close, cosine
from tests.support.visit import Visit, array

FIRST, SECOND = "Squatch eats pizza", "pizza eats Squatch"


def visit(first: str = FIRST, second: str = SECOND, **parameters: str) -> Visit:
    """The page with these two sentences."""
    return Visit("Word order", first=first, second=second, **parameters)


def cosine_in(title: str) -> float:
    """The cosine that a title ends in."""
    found = re.search(r"cosine (-?\d\.\d{4})$", title)
    assert found is not None, title
    return float(found[1])


def test_it_opens_with_squatch_and_pizza_changing_places(bundled: Opened) -> None:
    opened = Visit("Word order")
    assert [opened.app.text_input(key=key).value for key in ("first", "second")] == [FIRST, SECOND]
    assert opened.headings[0] == "The same words, another sentence: cosine 0.9647"
    assert cosine_in(opened.headings[0]) == pytest.approx(
        cosine(*bundled.sentence_model.encode([FIRST, SECOND])), abs=5e-5
    )


def test_without_positions_the_two_are_one_and_the_page_says_why() -> None:
    off = visit(positions="off")
    assert off.headings[:1] == ["Without positions the two are one sentence: cosine 1.0000"]
    assert "it does not see their order" in off.words


def test_shuffled_positions_are_those_of_the_trace_and_dealt_alike(encoder: Encoder) -> None:
    opened = visit(positions="shuffled")
    order = shuffle_positions(encoder.tokenize(FIRST).special.tolist(), seed=0)
    one, other = (encoder.trace(text, [PositionsReordered(order)]).sentence_vector for text in (FIRST, SECOND))
    assert cosine_in(opened.headings[0]) == pytest.approx(cosine(one, other), abs=5e-5)
    assert cosine_in(opened.headings[0]) not in (0.9647, 1.0)
    assert "the same way in both sentences" in opened.words
    assert "differently in each sentence" in visit(FIRST, "pizza", positions="shuffled").words


def test_capitals_that_the_model_does_not_see_make_no_other_sentence() -> None:
    opened = visit("Squatch eats pizza", "squatch EATS pizza")
    assert opened.headings[:1] == ["The same sentence twice: cosine 1.0000"]


def test_the_layers_cosines_are_hugging_faces(bundled: Opened) -> None:
    figure = visit().figure("layer-cosines")
    drawn = {trace["name"]: array(trace["y"]) for trace in figure["data"]}
    one, other = (bundled.reference(text).hidden_states for text in (FIRST, SECOND))
    # Squatch is two pieces: tokens 2 and 3 of the first sentence, 4 and 5 of the second.
    expected = {
        "pizza": [cosine(a[4], b[1]) for a, b in zip(one, other, strict=True)],
        "Squatch": [cosine(a[1:3].mean(0), b[3:5].mean(0)) for a, b in zip(one, other, strict=True)],
        "sentence": [cosine(a.mean(0), b.mean(0)) for a, b in zip(one, other, strict=True)],
    }
    for name, cosines in expected.items():
        assert_close(drawn[name], cosines)


def test_the_difference_map_is_the_second_minus_the_first_in_the_first_ones_order(bundled: Opened) -> None:
    first, second = "the dog saw a cat", "a cat saw the dog"
    one, other = (bundled.reference(text).attentions[1, 6] for text in (first, second))
    order = [0, 4, 5, 3, 1, 2, 6]
    there = other[np.ix_(order, order)]
    for side, expected in {"difference": there - one, "first": one, "second": there}.items():
        opened = visit(first, second, screen="head by head", changed_head="layer 2, head 7", side=side)
        assert_close(array(opened.figure("head")["data"][0]["z"]), expected)


def test_all_orders_of_four_words_are_twenty_four_and_alike_only_without_positions(bundled: Opened) -> None:
    opened = visit("the dog bites him today.", "x")
    assert opened.app.multiselect(key="ordered_words").value == ["1  the", "2  dog", "3  bites", "4  him"]
    orders = [" ".join(words) for words in permutations(["the", "dog", "bites", "him"])]
    vectors = bundled.sentence_model.encode(orders, normalize_embeddings=True)
    assert_close(array(opened.figure("orders-on")["data"][0]["z"]), np.minimum(vectors @ vectors.T, 1))
    assert_close(array(opened.figure("orders-off")["data"][0]["z"]), np.ones((24, 24)))
    furthest = orders[int((vectors @ vectors[0]).argmin())]
    assert f"Of 24 orders, “{furthest}” is the farthest from “the dog bites him”: cosine" in opened.words


def test_other_words_can_be_put_into_all_orders() -> None:
    opened = visit("the dog bites the cat today.", "x")
    opened.app.multiselect(key="ordered_words").set_value(["2  dog", "6  today"]).run()
    assert array(opened.figure("orders-on")["data"][0]["z"]).shape == (2, 2)
    opened.app.multiselect(key="ordered_words").set_value(["1  the", "2  dog", "4  the"]).run()
    assert array(opened.figure("orders-on")["data"][0]["z"]).shape == (3, 3)
    assert "Some words repeat, so orders that read the same are listed once." in opened.words
    opened.app.multiselect(key="ordered_words").set_value(["1  the", "4  the"]).run()
    assert "These words have only one order" in opened.words


def test_words_that_cannot_be_read_by_themselves_are_said_where_they_are_picked() -> None:
    opened = visit("\x07 \x00 the dog bites", "x")
    opened.app.multiselect(key="ordered_words").set_value(["1  \x07", "2  \x00"]).run()
    assert not opened.app.exception
    assert "The tokenizer finds nothing to read in 3 characters" in opened.words
    assert "These words cannot be read by themselves" in opened.words


def test_the_proof_claims_nothing_where_words_differ() -> None:
    assert "the same words in another order get the same vectors" in visit().words
    differing = visit("The film was good", "The film was not good")
    assert "the same words in another order get the same vectors" not in differing.words
    assert "With positions off a difference remainsIt is not the order: the words differ." in differing.words


def test_words_that_the_vocabulary_lacks_are_one_word_and_that_is_said() -> None:
    opened = visit("🦖 runs", "runs 🦕", positions="off")
    assert opened.headings[:1] == ["Without positions the two are one sentence: cosine 1.0000"]
    assert "Words that are not in the vocabulary are all read as the one unknown token" in opened.words


def test_of_a_repeated_word_the_place_is_named() -> None:
    opened = visit("The cat saw the dog and the cat", "The dog and the cat saw the cat")
    names = {trace["name"] for trace in opened.figure("layer-cosines")["data"]}
    assert len(names) == len(opened.figure("layer-cosines")["data"])
    moved = re.search("“([^“”]*)” changes most", opened.words)
    assert moved is not None
    assert moved[1] in names


def test_two_that_share_no_word_compare_their_special_tokens_and_say_so() -> None:
    assert "The two sentences share no word; only their special tokens can be compared." in visit("pizza", "oven").words


def test_a_word_in_only_one_of_the_two_is_shown_without_a_partner() -> None:
    opened = visit("The film was good", "The film was not good at all")
    assert "3 words without a partner" in opened.words
    assert opened.headings[0].startswith("Other words, another sentence: cosine ")
    assert "The words make the rest of the difference" in visit("a b", "a c", positions="off").words


def test_a_bag_of_words_cannot_tell_the_two_apart() -> None:
    assert "The counts are equal" in visit().words
    assert "computed from them: cosine 1.0000" in visit().words
    assert "The counts differ where the words differ: cosine 0.5000" in visit("a b", "a c").words


@pytest.mark.parametrize(
    ("label", "first", "second"),
    [("Reverse", "one two three", "three two one"), ("Negate", "The film was good", "The film was not good")],
)
def test_a_button_makes_the_second_sentence_from_the_first(label: str, first: str, second: str) -> None:
    opened = visit(first, "anything").press(label)
    assert [opened.app.text_input(key=key).value for key in ("first", "second")] == [first, second]


def test_shuffling_keeps_the_words_and_changes_their_order() -> None:
    shuffled = visit("one two three").press("Shuffle").app.text_input(key="second").value
    assert shuffled != "one two three"
    assert sorted(str(shuffled).split()) == ["one", "three", "two"]


def test_two_words_that_are_picked_change_places() -> None:
    opened = visit("the dog saw the cat").choose("swap_one", "2  dog").choose("swap_other", "5  cat").press("Swap them")
    assert opened.app.text_input(key="second").value == "the cat saw the dog"


def boxes(opened: Visit) -> list[str]:
    """What the two boxes hold."""
    return [str(opened.app.text_input(key=key).value) for key in ("first", "second")]


def test_it_starts_from_the_sentence_of_the_other_pages_until_others_are_chosen_here() -> None:
    opened = Visit("Positions", screen="learned").type("A heron waits").go_to("Word order")
    assert boxes(opened) == ["A heron waits", "waits heron A"]
    opened.go_to("Positions").type("One more heron").go_to("Word order")
    assert boxes(opened) == ["One more heron", "heron more One"]
    opened.enter("second", "my own second").go_to("Positions").type("A third heron").go_to("Word order")
    assert boxes(opened) == ["One more heron", "my own second"]
    opened.press("Use the sentence of the other pages")
    assert boxes(opened) == ["A third heron", "heron third A"]


def test_a_link_with_sentences_leads_itself() -> None:
    assert boxes(visit("the dog", "dog the", text="A heron waits")) == ["the dog", "dog the"]


def test_positions_off_keep_the_axis_and_name_no_word_and_no_head() -> None:
    on, off = (visit(positions=mode) for mode in ("on", "off"))
    axes = [opened.figure("layer-cosines")["layout"]["yaxis"]["range"] for opened in (on, off)]
    assert axes[0] == axes[1]
    drawn = [[trace["line"]["color"] for trace in opened.figure("layer-cosines")["data"]] for opened in (on, off)]
    red = LIGHT.query
    assert [colours.count(red) for colours in drawn] == [1, 0]
    assert [opened.view("all-differences")[0]["selected"] >= 0 for opened in (on, off)] == [True, False]
    assert "differs most" not in off.words
    assert "changes most" not in off.words


def test_no_cosine_is_printed_beyond_one() -> None:
    name, on, off = visit(FIRST, SECOND).table("32-bit numbers")[-1]
    assert (name, on, off) == ("its cosine", "0.9646862", "1.0000000")


def test_a_guess_is_drawn_on_the_scale() -> None:
    opened = visit(screen="which is which", ask="true")
    assert opened.headings == ["How alike are the two sentence vectors?"]
    opened.slide("guess_alike", 0.25).press("Reveal")
    assert opened.sent("pairs")["scale"]["guess"] == 0.25
    assert "You guessed 0.25; it is 0.9647: 0.71 too high." not in opened.words
    assert "You guessed 0.25; it is 0.9647: 0.71 too low." in opened.words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no sentence to read: nothing was typed. Type at least one word."),
        (" \n", "There is no sentence to read: 2 blank characters were typed. Type at least one word."),
        ("\x00\x07", "The tokenizer finds nothing to read in 2 characters"),
        ("word " * 598, "This text has 600 tokens; quick reads at most 512."),
        ("word " * 200_000, "This text has 200,002 tokens; quick reads at most 512."),
    ],
    ids=["empty", "blank", "control characters", "600 tokens", "one megabyte"],
)
@pytest.mark.parametrize("key", ["first", "second"])
def test_what_cannot_be_read_is_said_of_the_sentence_it_is_and_nothing_typed_is_lost(
    key: str, text: str, said: str, quick: dict[str, str]
) -> None:
    opened = visit("one two", "two one", **quick)
    opened.enter(key, text)
    happened = "is too long" if "reads at most" in said else "cannot be read"
    assert opened.headings == [f"The {key} sentence {happened}"]
    assert said in opened.words
    assert opened.app.text_input(key=key).value == text
    other = {"first": "second", "second": "first"}[key]
    kept = opened.app.text_input(key=other).value
    if "reads at most" in said:
        opened.app.toggle(key=f"cut_{key}").set_value(True).run()
        assert {"first": "512 and 4 of 512 tokens", "second": "4 and 512 of 512 tokens"}[key] in opened.words
        assert f"Of the {key} sentence, only the first 512 of " in opened.words
        assert opened.app.text_input(key=key).value == text
    else:
        opened.press("Read an example instead")
    assert opened.error is None
    assert opened.app.text_input(key=other).value == kept


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "?!",
        "🍕",
        "البيتزا خرجت من الفرن",
        "我喜欢吃披萨",
        "<script>x</script>",
        "pizza pizza",
        "[CLS] [SEP]",
        "word " * 510,
    ],
    ids=["a letter", "marks", "emoji", "right to left", "no blanks", "script", "repeated", "special", "512 tokens"],
)
def test_whatever_can_be_read_is_compared_with_another_and_with_itself(text: str, quick: dict[str, str]) -> None:
    with_another = visit(text, FIRST, **quick)
    assert cosine_in(with_another.headings[0]) < 1
    assert "<script" not in with_another.markup
    itself = visit(text, text, **quick)
    assert itself.headings[:1] == ["The same sentence twice: cosine 1.0000"]
    assert "Nothing differs" in itself.words


@pytest.mark.parametrize(
    "parameters",
    [{"positions": "sideways"}, {"changed_head": "layer 9, head 99"}, {"changed_head": "", "swap_one": "7"}],
)
def test_nonsense_in_the_address_falls_back_to_what_the_page_opens_with(parameters: dict[str, str]) -> None:
    assert visit(**parameters).markup == Visit("Word order").markup
