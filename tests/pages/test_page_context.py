"""Context: one word in several sentences, and what is said of sentences in which it does not stand."""

import re

import numpy as np
import pytest
from scipy.stats import binom
from sklearn.metrics.pairwise import cosine_similarity

from components.core import Encoder
from components.core.context.word_occurrences import read_usages
from components.core.model.attention import attention_rollout
from components.ui.context.pronouns import pronoun_pairs
from components.ui.context.senses import opening, shipped
from tests.support.reference import Opened, assert_close, cosine
from tests.support.visit import Visit, array

RIVER = "We sat on the bank of the river."
MONEY = "The bank lent them the money."


def visit(sentences: str, word: str = "bank", **parameters: str) -> Visit:
    """The page with this word and these sentences."""
    return Visit("Context", word=word, sentences=sentences, **parameters)


def vectors_of(bundled: Opened, word: str, texts: list[str]) -> np.ndarray:
    """(N, L+1, D): Hugging Face's vectors of a word that is one token."""
    tokens = [bundled.tokenizer.tokenize(text, add_special_tokens=True) for text in texts]
    pairs = zip(texts, tokens, strict=True)
    return np.stack([bundled.reference(text).hidden_states[:, each.index(word)] for text, each in pairs])


def test_the_headline_is_measured_over_all_shipped_sentences_and_says_which_are_shown(bundled: Opened) -> None:
    opened = Visit("Context")
    shown, every = [each.sentence for each in read_usages(opening("bank"))], shipped()["bank"]
    last = cosine_similarity(vectors_of(bundled, "bank", [each.sentence for each in every])[:, -1])
    same = np.array([[one.sense == other.sense for one in every] for other in every]) & ~np.eye(16, dtype=bool)
    within, between = last[same].mean(), last[~same & ~np.eye(16, dtype=bool)].mean()
    expected = f"Context separates the senses of “bank”: cosine {within:.3f} within, {between:.3f} between"
    assert opened.headings == [expected]
    last = cosine_similarity(vectors_of(bundled, "bank", shown)[:, -1])
    within, between = (last[0, 1] + last[2, 3]) / 2, last[:2, 2:].mean()
    assert (
        f"Measured over all 16 shipped sentences; the four shown are the clearest: {within:.3f} and {between:.3f}."
        in opened.words
    )
    assert "Its word embedding is the same in every sentence: cosine 1.0000" in opened.words


@pytest.mark.parametrize(("step", "layer"), [("input", 0), ("layer 3", 3), ("layer 6", 6)])
def test_the_matrix_of_a_layer_is_hugging_faces(bundled: Opened, step: str, layer: int) -> None:
    drawn = visit(f"{RIVER}\n{MONEY}\nA bank!", step=step).figure("senses")["data"][0]
    vectors = vectors_of(bundled, "bank", [RIVER, MONEY, "A bank!"])
    assert_close(array(drawn["z"]), np.minimum(cosine_similarity(vectors[:, layer]), 1))


def test_rollout_and_leave_one_out_are_drawn_side_by_side(encoder: Encoder) -> None:
    figure = visit(f"{RIVER}\n{MONEY}").figure("sources")
    rolled = attention_rollout(encoder.trace(RIVER).attention_weights())[5]
    assert_close(array(figure["data"][0]["x"]), np.delete(rolled, [0, 5, 10]))
    words = [place.split(" ", 1)[1] for place in figure["data"][0]["y"]]
    assert " ".join(words) == "We sat on the of the river ."
    assert figure["data"][1]["y"] == figure["data"][0]["y"]
    moved = array(figure["data"][1]["x"])
    assert figure["data"][1]["y"][int(moved.argmax())] == "7 river"
    special = visit(f"{RIVER}\n{MONEY}", special_too="true").figure("sources")
    assert_close(array(special["data"][0]["x"]), np.delete(rolled, 5))


def test_the_sentence_that_is_picked_is_the_one_that_is_taken_apart() -> None:
    picked = visit(f"{RIVER}\n{MONEY}", occurrence=f"2  {MONEY}").figure("sources")
    assert [place.split(" ", 1)[1] for place in picked["data"][0]["y"]][-2:] == ["money", "."]


def test_it_and_both_nouns_are_compared_layer_by_layer(bundled: Opened) -> None:
    opened = Visit("Context")
    for form, which in zip(pronoun_pairs()[0], ("first", "second"), strict=True):
        states = bundled.reference(form.text).hidden_states
        tokens = bundled.tokenizer.tokenize(form.text, add_special_tokens=True)
        for line in opened.figure(f"pronoun-{which}")["data"]:
            expected = [cosine(layer[tokens.index("it")], layer[tokens.index(line["name"])]) for layer in states]
            assert_close(array(line["y"]), expected)


def test_how_often_it_finds_the_right_noun_is_counted_over_all_pairs(bundled: Opened) -> None:
    correct = []
    for form in (form for pair in pronoun_pairs() for form in pair):
        last = bundled.reference(form.text).hidden_states[-1]
        tokens = bundled.tokenizer.tokenize(form.text, add_special_tokens=True)
        one, other = (cosine(last[tokens.index("it")], last[tokens.index(noun)]) for noun in form.nouns)
        correct.append(form.nouns[int(other > one)] == form.right)
    # A coin for each pair that is wholly right or wholly wrong; of the others one is right in any case.
    alike = sum(one == other for one, other in zip(correct[::2], correct[1::2], strict=True))
    most = 50 - alike + 2 * int(binom.ppf(0.95, alike, 0.5))
    verdict = "more" if sum(correct) > most else "no more"
    assert (
        f"In {sum(correct)} of all 100 sentences of these 50 pairs, “it” ends nearest to the right noun: {verdict} "
        f"than chance, since a coin for each pair gets up to {most} in 19 of 20 cases."
    ) in Visit("Context").words


def test_the_shares_of_the_mean_are_drawn_for_every_token_and_sum_to_one(bundled: Opened) -> None:
    shares = array(visit(f"{RIVER}\n{MONEY}").figure("shares")["data"][0]["x"])
    states = bundled.reference(RIVER).hidden_states[-1]
    mean = states.mean(axis=0)
    assert_close(shares, states @ mean / len(states) / (mean @ mean))
    assert shares.sum() == pytest.approx(1, abs=1e-5)


def test_a_sentence_without_the_word_says_so_and_the_others_still_work() -> None:
    opened = visit(f"{RIVER}\nThe banks were closed.\n{MONEY}\nNothing here.")
    assert "Sentence 2: “bank” does not stand in it, but “banks”: write it in the same form." in opened.words
    assert "Sentence 4: “bank” does not stand in it." in opened.words
    assert re.fullmatch(r"One “bank” becomes two vectors: cosine 0\.\d{3}", opened.headings[0])
    assert array(opened.figure("senses")["data"][0]["z"]).shape == (2, 2)


def test_senses_that_are_mixed_are_called_mixed() -> None:
    opened = visit(f"one:\n{RIVER}\n{MONEY}\ntwo:\nOn the bank of the river we sat.\nThe bank had lent them money.")
    assert re.match("Context does not separate the senses of “bank”", opened.headings[0])


def test_one_sentence_a_sense_has_a_cosine_between_and_none_within() -> None:
    opened = visit(f"river:\n{RIVER}\nmoney:\n{MONEY}")
    assert re.fullmatch(r"“bank” in two senses: cosine 0\.\d{3}", opened.headings[0])
    means = visit(f"river:\n{RIVER}\nmoney:\n{MONEY}", beside_paths="means of the layers")
    assert [line["name"] for line in means.figure("sense-cosines")["data"]] == ["other sense"]
    assert "To see whether its senses separate, name them" not in opened.words


def test_a_use_that_is_alone_in_its_sense_does_not_count_against_the_model() -> None:
    opened = visit(f"river:\n{RIVER}\nA heron stood on the river bank.\nmoney:\n{MONEY}")
    said = "For 2 of 2 uses the nearest use has the same sense; left out: 1 use without another sentence in the sense."
    assert said in opened.words
    assert opened.headings[0].startswith("Context separates the senses of “bank”: ")


def test_a_use_in_the_same_sentence_is_no_nearest_use_of_the_same_sense() -> None:
    twice, others = "The bank of the river faced the other bank.", "A heron stood on the river bank."
    opened = visit(f"river:\n{twice}\n{others}\nmoney:\n{MONEY}\nA bank bought another bank.")
    assert re.search("For [0-6] of 6 uses the nearest use in another sentence has the same sense[.]", opened.words)
    alone = visit(f"river:\n{twice}\n{others}\nmoney:\nA bank bought another bank.")
    assert "left out: 2 uses without another sentence in the sense." in alone.words


def test_without_senses_all_pairs_are_one_line() -> None:
    opened = visit(f"{RIVER}\n{MONEY}\nA bank!", beside_paths="means of the layers")
    assert [line["name"] for line in opened.figure("sense-cosines")["data"]] == ["all pairs"]
    assert "To see whether its senses separate, name them" in opened.words


def test_the_same_sentence_twice_differs_in_nothing() -> None:
    assert "Nothing differs: for the model all of these are the same." in visit(f"{RIVER}\n{RIVER}").words


def test_a_word_that_the_vocabulary_lacks_is_said_to_be_unknown() -> None:
    assert "The vocabulary does not contain it" in visit("I like 🍕\n🍕 is good", "🍕").words


def test_a_sentence_that_ends_in_a_colon_is_said_to_name_a_sense() -> None:
    opened = visit(f"{RIVER}\n{MONEY}\nHe said to the bank:")
    assert "“He said to the bank:” ends in a colon, so it names a sense; no sentence follows it." in opened.words


def test_more_than_eight_sentences_are_read_in_part_and_that_is_said() -> None:
    opened = visit("\n".join([RIVER] * 5 + [MONEY] * 5))
    assert "10 sentences were typed; the first 8 are read. Remove some to read the others." in opened.words
    assert array(opened.figure("senses")["data"][0]["z"]).shape == (8, 8)


@pytest.mark.parametrize(
    ("word", "sentences", "said"),
    [
        ("", RIVER, "There is no word to follow: nothing was typed. Type the word that the sentences share."),
        ("bank", "", "There are no sentences to compare: nothing was typed."),
        ("bank", RIVER, "“bank” occurs only once. Add another sentence that contains it."),
        ("crane", f"{RIVER}\n{MONEY}", "“crane” is in none of 2 sentences."),
        ("bank", "word " * 200_000 + f"\n{RIVER}", "It has 200,002 tokens; here a sentence may have 128. Shorten it."),
        ("\x07", RIVER, "The tokenizer finds nothing to read in 1 character"),
    ],
    ids=["no word", "no sentences", "one sentence", "another word", "one megabyte", "control character"],
)
def test_what_cannot_be_compared_is_said_at_the_box_and_what_was_there_stays(
    word: str, sentences: str, said: str, quick: dict[str, str]
) -> None:
    opened = visit(f"{RIVER}\n{MONEY}", **quick)
    before = opened.headings
    opened.write("sentences", sentences)
    opened.app.text_input(key="word").set_value(word).run()
    assert opened.headings == before
    assert said in opened.words
    assert opened.app.text_area(key="sentences").value == sentences
    assert opened.app.text_input(key="word").value == word


def test_a_link_that_cannot_be_followed_opens_as_the_page_does_and_says_why() -> None:
    opened = visit("Nothing here.", "crane")
    assert opened.headings == Visit("Context").headings
    assert "“crane” is in none of 1 sentence." in opened.words
    assert "Still shown: “bank”." in opened.words


def test_it_starts_from_a_shipped_word_of_the_sentence_of_the_other_pages_until_another_is_chosen() -> None:
    opened = Visit("Positions").type("We had lunch by the bank and watched the ducks")
    opened.go_to("Context")
    assert opened.app.text_input(key="word").value == "bank"
    assert opened.words.count("We had lunch by the bank and watched the ducks") >= 1
    assert re.search(r"Nearest to 1 \? is \d (river|money)\.", opened.words)
    opened.choose("shipped_word", "spring")
    opened.go_to("Positions").type("A bat flew past").go_to("Context")
    assert opened.app.text_input(key="word").value == "spring"


@pytest.mark.parametrize("text", ["The pizza came out of the oven", "It was good", "<b>bank</b>:"])
def test_no_sentence_of_the_other_pages_makes_it_an_error(text: str) -> None:
    opened = Visit("Positions").type(text).go_to("Context")
    assert opened.error is None
    assert 'class="es-problem"' not in opened.markup


def test_labels_of_senses_that_begin_alike_show_where_they_differ() -> None:
    ticks = Visit("Context", word="it", sentences=opening("it")).figure("senses")["layout"]["xaxis"]["labelalias"]
    assert list(ticks.values()) == ["1 …eat", "2 …eat", "3 …ride", "4 …ride"]


@pytest.mark.parametrize("number", range(0, 50, 5))
def test_what_is_said_of_it_follows_from_the_lines_that_are_drawn(number: int) -> None:
    nouns = pronoun_pairs()[number][0].nouns
    opened = Visit("Context", screen="it and its noun", pronoun_pair=f"{nouns[0]} and {nouns[1]}")
    nearest = []
    for which in ("first", "second"):
        ends = {line["name"]: array(line["y"])[-1] for line in opened.figure(f"pronoun-{which}")["data"]}
        nearest.append(max(ends, key=lambda noun: ends[noun]))
    right = [noun == form.right for noun, form in zip(nearest, pronoun_pairs()[number], strict=True)]
    assert all(f"“{noun}”" in opened.headings[0] for noun in nearest)
    assert opened.headings[0].endswith({2: "both right", 1: "one right, one wrong", 0: "both wrong"}[sum(right)])


def test_how_often_names_the_words_that_stay_within_chance() -> None:
    opened = Visit("Context", screen="how often")
    rows = opened.table("By chance")
    within = []
    for row in rows:
        reached, most = int(row[1].split()[0]), int(row[2])
        if reached <= most:
            within.append(row[0].split(":")[0])
    assert within == ["crane"]
    assert opened.headings == ["For four of five words the senses separate more often than by chance"]
    assert "Within chance: “crane”." in opened.words


def test_the_guess_which_use_is_nearest_is_outlined_in_the_matrix() -> None:
    opened = Visit("Context", screen="through the layers", ask="true", sentences=f"{RIVER}\n{MONEY}\nA river bank.")
    assert opened.headings[0].startswith("After the last layer, which use of “bank” is nearest to the one in “We sat")
    assert not opened.app.get("plotly_chart")
    opened.pick("guess_nearest_use", f"2: {MONEY}").press("Reveal")
    assert f"You guessed “2: {MONEY}”; it is “3: A river bank.”." in opened.words
    (outline,) = opened.figure("senses")["layout"]["shapes"]
    assert (outline["x0"], outline["x1"], outline["y0"], outline["y1"]) == (-0.5, 0.5, 0.5, 1.5)


def test_asking_first_hides_which_noun_it_ends_nearest_to_until_it_is_guessed() -> None:
    opened = Visit("Context", screen="it and its noun", ask="true")
    assert "Which noun does “it” end nearest to" in opened.headings[0]
    assert not opened.app.get("plotly_chart")
    opened.pick("guess_pronoun", "map").press("Reveal")
    assert "You guessed “map”; it is “village”." in opened.words
    notes = opened.figure("pronoun-first")["layout"]["annotations"]
    assert "your guess" in [note["text"] for note in notes]


def test_a_word_that_needs_another_sentence_is_offered_beside_the_shipped_example() -> None:
    opened = Visit("Positions", screen="learned").type("A volcano smokes all day").go_to("Context")
    assert "“bank”" in opened.headings[0]
    assert "To follow “volcano” of your sentence, another sentence that contains it is needed" in opened.words
    opened.press("Follow “volcano”")
    assert opened.error is None
    assert "“volcano” occurs only once. Add another sentence that contains it." in opened.words
    opened.write("sentences", "A volcano smokes all day\nThe volcano sleeps")
    assert opened.headings[0].startswith("One “volcano” becomes two vectors")


def test_a_word_that_stands_in_the_sentence_twice_is_followed_at_once() -> None:
    opened = Visit("Positions", screen="learned").type("One volcano beside another volcano").go_to("Context")
    assert opened.headings[0].startswith("One “volcano” becomes two vectors")
    assert "another sentence that contains it is needed" not in opened.words


def test_another_shipped_word_brings_its_sentences_unless_others_were_typed() -> None:
    opened = Visit("Context")
    opened.app.text_input(key="word").set_value("crane").run()
    assert opened.app.text_area(key="sentences").value == opening("crane")
    opened.write("sentences", f"{RIVER}\n{MONEY}")
    opened.app.text_input(key="word").set_value("bat").run()
    assert opened.app.text_area(key="sentences").value == f"{RIVER}\n{MONEY}"
    assert "“bat” is in none of 2 sentences." in opened.words
    opened.press("Use the example sentences for “bat”")
    assert opened.app.text_area(key="sentences").value == opening("bat")
    assert "“bat”" in opened.headings[0]


@pytest.mark.parametrize("word", shipped())
def test_every_shipped_word_opens(word: str) -> None:
    opened = Visit("Context").choose("shipped_word", word)
    assert f"“{word}”" in opened.headings[0]
    verb = {"bat": "partly separates", "spring": "partly separates", "crane": "does not clearly separate"}
    assert opened.headings[0].startswith(f"Context {verb.get(word, 'separates')} the senses")


@pytest.mark.parametrize(
    ("word", "sentences"),
    [
        ("🍕", "I like 🍕\n🍕 is good"),
        ("البيتزا", "البيتزا خرجت من الفرن\nكانت البيتزا لذيذة"),
        ("披萨", "我喜欢吃披萨\n披萨很好吃"),
        ("<b>", "a <b> b\n<b> <script>window.hacked=1</script>"),
        ("Squatch", "Squatch eats pizza\npizza eats Squatch, and Squatch sleeps"),
        ("a", "a\na"),
        ("word", "word " * 126 + "\n" + "word " * 100),
    ],
    ids=["emoji", "right to left", "no blanks", "markup", "in pieces", "only the word", "126 times"],
)
def test_whatever_can_be_read_is_compared(word: str, sentences: str, quick: dict[str, str]) -> None:
    opened = visit(sentences, word, **quick)
    assert opened.headings[0].startswith("One “")
    assert "<script" not in opened.markup
    assert "<b> " not in opened.markup


@pytest.mark.parametrize(
    "parameters", [{"step": "layer 99"}, {"occurrence": "7  x"}, {"pronoun_pair": "x"}, {"special_too": "perhaps"}]
)
def test_nonsense_in_the_address_falls_back_to_what_the_page_opens_with(parameters: dict[str, str]) -> None:
    assert Visit("Context", **parameters).markup == Visit("Context").markup
