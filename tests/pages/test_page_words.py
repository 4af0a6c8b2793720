"""Overview, Tokens and Embeddings: what their screens say and save is what the model computes."""

import numpy as np
import pytest

from components.core import Encoder
from components.ui.overview import sentence_way
from components.ui.page import Reading
from components.ui.wording import spell_number
from tests.support.reference import Opened
from tests.support.visit import Visit

SENTENCE = "The pizza came out of the oven and it tasted good!"
EMOJI = "Pizza night 🍕 with friends is the best ❤️ of the week"


@pytest.mark.parametrize(("text", "count"), [(SENTENCE, 11), (EMOJI, 12), ("?!", 2), ("Squatch eats pizza", 3)])
def test_overview_and_tokens_count_the_same_words(text: str, count: int) -> None:
    visit = Visit("Overview", screen="the whole way", text=text)
    assert visit.headings == [f"{spell_number(count).capitalize()} words become one point in space"]
    assert f"{count} words" in visit.go_to("Tokens").words


def test_the_way_of_a_token_names_its_true_cosine(bundled: Opened) -> None:
    states = bundled.reference(SENTENCE).hidden_states.astype(float)[:, 3 - 1]
    first, last = states[0], states[-1]
    cosine = first @ last / np.linalg.norm(first) / np.linalg.norm(last)
    visit = Visit("Overview", screen="one token's way", text=SENTENCE, followed_token="3  pizza")
    assert visit.headings == [f"After 6 layers, “pizza” has a cosine of {cosine:.3f} with where it began"]
    described, _ = visit.view("token-way")
    assert described["path"]["values"][-2] == pytest.approx(cosine, abs=1e-5)
    assert [row["name"] for row in described["rows"]][-2:] == ["After layer 6", "Sentence vector"]


def test_a_guess_is_drawn_beside_the_truth() -> None:
    visit = Visit("Overview", screen="one token's way", text=SENTENCE, ask="true")
    assert not visit.app.get("bidi_component") or "token-way" not in str(visit.app.get("bidi_component"))
    visit.slide("guess_token_way", 0.9).press("Reveal")
    assert visit.view("token-way")[0]["path"]["guess"] == 0.9
    assert "You guessed 0.90" in visit.words


def test_a_guess_of_pieces_is_drawn_under_the_word() -> None:
    visit = Visit("Tokens", screen="the cut", text="Squatch eats pizza", ask="true")
    assert "##ch" not in visit.words
    visit.slide("guess_pieces", 4).press("Reveal")
    assert "##ch" in visit.words
    assert visit.markup.count("es-guessed") == 4 + visit.markup.count(".es-guessed")


def test_the_nearest_word_is_asked_for_and_the_guess_outlined() -> None:
    visit = Visit("Embeddings", screen="nearest words", text="Squatch eats pizza", ask="true")
    options = visit.app.button_group(key="guess_nearest").options
    guess = getattr(options[0], "content", options[0])
    visit.pick("guess_nearest", guess).press("Reveal")
    bars = visit.figure("neighbours")["data"][0]
    outlined = bars["marker"]["line"]["width"].index(4)
    assert bars["y"][outlined].split(" ", 1)[1] == guess
    assert bars["text"][outlined].endswith("your guess")


def test_a_clicked_cell_opens_one_number() -> None:
    visit = Visit("Embeddings", screen="one number", text="Squatch eats pizza", token="3  ##ch", dimension="7")
    assert visit.headings[0].startswith("Dimension 7 of “##ch” starts at ")
    assert "a row of 30,522 zeros with one 1, in place 2,818 (counted from 0)" in visit.words


def test_look_ups_say_what_is_dropped_and_strike_only_candidates() -> None:
    visit = Visit("Tokens", screen="why it is cut so", text="Floccinaucinihilipilification is splendid")
    assert "this model drops capitals and accents" in visit.words
    assert "WordPiece takes the longest piece" in visit.words
    assert "more, each a letter shorter" in visit.words
    assert not any("more" in part for part in visit.markup.split('es-tried">')[1:] if part.index("</span>") > 60)


def test_where_no_word_is_split_an_example_is_offered() -> None:
    visit = Visit("Tokens", screen="why it is cut so", text=SENTENCE)
    assert visit.headings == ["No word of this sentence is split: each is in the vocabulary whole"]
    visit.press("Read “Squatch eats pizza” instead")
    assert "“squat” is the longest beginning that is" in visit.headings[0]


def test_the_vocabulary_shows_the_pieces_of_what_is_no_token() -> None:
    visit = Visit("Tokens", screen="the vocabulary", wanted="squatch")
    assert visit.headings == ["“squatch” is not a token of its own: it takes 2 pieces"]
    assert "squat26783" in visit.words
    assert "0 tokens" not in visit.words
    assert Visit("Tokens", screen="the vocabulary", wanted="pizza").headings == ["“pizza” is a token of its own"]


def test_saved_dimensions_are_counted_from_one(encoder: Encoder) -> None:
    reading = Reading(SENTENCE, encoder.name, False, encoder, encoder.tokenize(SENTENCE))
    trace = encoder.trace(SENTENCE)
    table = sentence_way._numbers(reading, trace)
    assert list(table.columns[:2]) == [1, 2]
    assert table.loc[("word embedding", "3 pizza"), 101] == trace.word_embeddings[2, 100]


def test_a_clicked_thumbnail_opens_its_head_and_a_clicked_name_its_page() -> None:
    visit = Visit("Overview", screen="the whole way", text=SENTENCE).put("opened_head", (4, 7))
    assert visit.headings[0].startswith("Head 8 of layer 5: ")
    named = Visit("Overview", screen="the whole way", text=SENTENCE).put("opened_page", "pages/encoder/embeddings.py")
    assert "numbers add up to what a token is" in named.headings[0]
