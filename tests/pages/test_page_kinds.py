"""Encoder, decoder, both: the page shows what the three models do with a sentence, and what the grammar says."""

import re

import numpy as np
import pytest

from components.core.kinds.attention_of_kinds import (
    causal_mask,
    decoder_attention,
    encoder_attention,
    translator_attention,
)
from components.core.kinds.knowledge import knowledge
from components.core.kinds.similarity_question import Vector
from components.core.kinds.translating import Translation, Translations, translation_of, translations
from components.core.kinds.writing import write_on
from components.core.languages.language import END
from components.core.training.settings import Kind
from components.core.training.shipped_kinds import read_training
from components.ui.assets import ASSETS
from components.ui.caches import kinds
from components.ui.kinds.purposes import finding
from components.ui.kinds.session import EXAMPLES
from components.ui.kinds.shipped import FOLDER
from components.ui.kinds.similarity import read_areas
from components.ui.stage.line import SECTIONS, page_entry
from tests.support.kinds_of_kitchen import PIZZA, TEA, kitchen, words
from tests.support.visit import Visit, array

PAGE = "Encoder, decoder, both"
MODELS = kitchen()


def screen(name: str, **parameters: str) -> Visit:
    return Visit(PAGE, screen=name, **parameters)


def test_the_page_stands_between_how_the_encoder_reads_and_what_its_vectors_are_good_for() -> None:
    (section,) = (name for name, pages in SECTIONS.items() if page_entry(PAGE) in pages)
    assert list(SECTIONS).index(section) == 1


@pytest.mark.parametrize("kind", ["encoder", "decoder"])
def test_the_attention_of_the_chosen_head_is_drawn_and_what_is_masked_is_left_out(kind: str) -> None:
    visit = screen("masks", kind=kind, kinds_head="layer 1, head 2")
    found = encoder_attention(MODELS, TEA) if kind == "encoder" else decoder_attention(MODELS, TEA)
    drawn, masked = (array(trace["z"]) for trace in visit.figure("attention-of-the-kind")["data"])
    expected = found.weights[0, 1].astype(float)
    if kind == "decoder":
        expected = np.where(causal_mask(len(TEA) + 1), expected, np.nan)
    np.testing.assert_allclose(drawn, expected, atol=1e-6)
    assert (np.isnan(masked) == ~np.isnan(expected)).all()
    if kind == "encoder":
        later = np.triu(found.weights[0, 1], 1).sum() / 11
        assert visit.headings == [f"In the encoder, {later:.0%} of this head’s attention goes to what comes later"]
    else:
        assert visit.headings == [
            "In the decoder, no attention can go to what comes later: it has not been written yet"
        ]


def test_of_both_cross_attention_and_causal_attention_are_drawn_side_by_side() -> None:
    visit = screen("masks", kind="encoder–decoder", kinds_head="layer 2, head 1")
    found = translator_attention(MODELS, TEA)
    assert found.cross is not None
    drawn = array(visit.figure("attention-of-both")["data"][0]["z"])
    np.testing.assert_allclose(drawn[:, :11], found.cross[1, 0], atol=1e-6)
    np.testing.assert_allclose(np.nan_to_num(drawn[:, 11:]), found.weights[1, 0], atol=1e-6)
    assert visit.headings[0].startswith("The encoder–decoder looks at all 9 words it has read")


def test_the_three_masks_are_drawn_with_their_open_cells_counted() -> None:
    visit = screen("masks")
    squares = [array(trace["z"]) for trace in visit.figure("masks")["data"]]
    assert [int(each.sum()) for each in squares] == [121, 55, 245]
    said = " ".join(note["text"] for note in visit.figure("masks")["layout"]["annotations"])
    assert all(f"{count} of {size} cells" in said for count, size in ((121, 121), (55, 100), (245, 361)))


def test_the_losses_of_the_trainings_stand_beside_their_floors() -> None:
    rows = screen("masks").table("Mean loss in nats")
    assert [row[0] for row in rows] == ["encoder", "decoder", "encoder–decoder"]
    assert rows[0][2] == rows[1][2] == "27,999"
    assert [row[4] for row in rows] == ["0.3945", "0.4500", "0.0000"]
    assert all(0 < float(row[3]) - float(row[4]) < 0.01 for row in rows)


def test_each_word_is_drawn_with_what_both_know_of_it_and_what_is_exact() -> None:
    visit = screen("what each can know")
    known = knowledge(MODELS, TEA)
    assert visit.headings == ["The encoder is 100% sure of “drinks”, the decoder 33%"]
    assert "By the grammar it is 100% among all others, 33% after these words." in visit.words
    bars = {trace["name"]: array(trace["y"]) for trace in visit.figure("each-word")["data"] if trace["type"] == "bar"}
    marks = [array(trace["y"]) for trace in visit.figure("each-word")["data"] if trace["type"] == "scatter"]
    for name, exact, side in zip(bars, marks, (known.by_encoder, known.by_decoder), strict=True):
        np.testing.assert_allclose(bars[name], [each.said[word] for each, word in zip(side, TEA, strict=True)])
        np.testing.assert_allclose(exact, [each.exact[word] for each, word in zip(side, TEA, strict=True)])


def test_at_another_word_the_title_and_the_distributions_follow() -> None:
    visit = screen("what each can know").choose("known_word", "5  tea")
    known = knowledge(MODELS, TEA)
    encoder, decoder = known.by_encoder[4].said["tea"], known.by_decoder[4].said["tea"]
    assert visit.headings == [f"The encoder is {encoder:.0%} sure of “tea”, the decoder {decoder:.0%}"]
    first = visit.figure("one-place")["data"][0]
    shown = [name for name in first["customdata"] if known.by_encoder[4].said[name] > 0.1]
    assert sorted(shown) == ["cocoa", "tea"]


def test_a_sentence_that_the_grammar_does_not_write_has_no_marks_and_says_why() -> None:
    visit = screen("what each can know", kinds_sentence="the pizza eats the cat", known_word="5  cat")
    assert "The grammar writes no sentence that begins so, so nothing exact is known here." in visit.words
    assert "The grammar does not write this sentence" in visit.words


def test_how_sure_the_decoder_is_is_asked_before_it_is_shown() -> None:
    visit = screen("what each can know", ask="true")
    assert visit.headings == ["The decoder has read “the squatch” and nothing else. How sure is it of “drinks” next?"]
    assert not visit.app.get("plotly_chart")
    visit.slide("guess_decoder_knows", 0.9).press("Reveal")
    assert "You guessed 0.90; it is 0.33" in visit.words
    assert "your guess" in str(visit.figure("one-place")["layout"]["annotations"])


def test_the_decoder_writes_one_word_a_press_and_the_rest_with_another() -> None:
    visit = screen("it writes on", writing_seed="4", temperature="1.5")
    steps = write_on(MODELS, TEA[:2], 1.5, 4)
    for step in steps[:2]:
        bars = visit.figure("next-word")["data"][0]
        np.testing.assert_allclose(array(bars["x"]), [step.said[name] for name in bars["customdata"]])
        visit.press("Next word")
        assert f"{step.drawn}{step.said[step.drawn]:.2f}" in visit.words
    visit.press("To the end")
    text = " ".join((*TEA[:2], *(step.drawn for step in steps if step.drawn != END)))
    assert visit.headings[0].startswith(f"The decoder has written “{text}”")
    visit.press("Begin again")
    assert visit.headings[0].startswith("After “the squatch”, it goes on with")


def test_another_seed_or_beginning_begins_anew() -> None:
    visit = screen("it writes on").press("To the end")
    visit.choose("begins_with", "nothing")
    assert visit.headings == ["After the beginning, it goes on with “the” (100%)"]


def test_the_translation_is_drawn_with_the_head_that_finds_most_sources_and_all_are_counted() -> None:
    visit = screen("it translates")
    every, found = translations(MODELS), translation_of(MODELS, TEA)
    layer, head = every.best_head
    np.testing.assert_allclose(array(visit.figure("alignment")["data"][0]["z"]), found.cross[layer, head], atol=1e-6)
    assert visit.headings == ["90 of 90 translations are right"]
    assert "“lur talino elim tavo lomurel navirun dunalim”" in visit.words
    rows = visit.table("How often a head looks most")
    shares = [[float(cell.removesuffix("%")) / 100 for cell in row[1:]] for row in rows]
    np.testing.assert_allclose(shares, every.found, atol=0.006)


def test_a_wrong_translation_is_said_to_be_wrong_and_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = translation_of(MODELS, PIZZA)
    wrong = Translation(PIZZA, words("lur runela elim tavo nerumel velarun torelim"), found.right, found.cross)
    monkeypatch.setattr(kinds, "translation", lambda _: wrong)
    every = translations(MODELS)
    monkeypatch.setattr(kinds, "all_translations", lambda _: Translations(90, (wrong,), every.found))
    visit = screen("it translates", kinds_sentence=" ".join(PIZZA))
    assert visit.headings == ["89 of 90 translations are right, this one is not"]
    assert "The grammar’s translation is “vio runela elim tavo nerumel velarun torelim”." in visit.words
    assert visit.table("1 sentence that is translated wrongly")[0][0] == " ".join(PIZZA)


def test_what_the_grammar_does_not_write_has_no_translation_to_be_compared_with() -> None:
    visit = screen("it translates", kinds_sentence="the pizza eats the cat")
    assert visit.headings == ["90 of 90 translations are right, but the grammar does not write this sentence"]


def test_what_each_is_for_is_said_with_the_measured_comparison() -> None:
    visit = screen("what each is for")
    kept = read_areas()
    bars = {trace["name"]: trace for trace in visit.figure("a-task-of-encoders")["data"]}
    for kind in Vector:
        every = np.stack([areas[kind] for areas in kept.values()])
        ends = bars[kind.value]["error_x"]
        np.testing.assert_allclose(array(bars[kind.value]["x"]), every.mean(axis=1))
        np.testing.assert_allclose(array(bars[kind.value]["x"]) + ends["array"], every.max(axis=1))
        np.testing.assert_allclose(array(bars[kind.value]["x"]) - ends["arrayminus"], every.min(axis=1))
    assert visit.headings == [finding(kept)]


def test_only_what_all_trainings_agree_in_is_said_of_the_kinds() -> None:
    def ahead(*differences: float) -> dict[Vector, np.ndarray]:
        return {Vector.ENCODER_MEAN: np.full(2, 0.7), Vector.DECODER_LAST: 0.7 + np.array(differences)}

    said = finding({"who": ahead(0.2, 0.1), "what": ahead(-0.1, -0.2), "why": ahead(0.2, -0.01)})
    assert said == "In each of five trainings a decoder’s last word beats the encoder at “who”, and loses at “what”"
    assert "in some trainings, and behind in others" in finding({"why": ahead(0.2, -0.01)})


def test_families_name_models_of_their_kind() -> None:
    visit = screen("what each is for")
    for name in ("BERT", "GPT", "Llama", "T5", "BART", "Vaswani et al. 2017"):
        assert name in visit.words


def test_a_word_of_another_language_is_answered_with_the_words_there_are_and_an_example() -> None:
    visit = screen("masks", kinds_sentence="the dragon eats the tea")
    assert visit.error == "This sentence cannot be read"
    assert "the first is “dragon”. The language has 26 words: the, eats," in visit.words
    visit.press("Read an example instead")
    assert visit.error is None


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_a_sentence_of_the_grammar_and_can_be_picked(example: str) -> None:
    assert words(example) in MODELS.language.sentences
    visit = screen("masks").choose("kinds_example", example)
    assert visit.app.text_input(key="kinds_sentence").value == example
    assert re.search(r"\d+% of this head", visit.headings[0])


@pytest.mark.parametrize("sentence", ["the", "tea tea tea tea tea tea tea tea tea", "the squatch eats"])
def test_every_screen_reads_any_words_of_the_language(sentence: str) -> None:
    assert screen("all screens", kinds_sentence=sentence).error is None


def test_each_kind_can_be_trained_again_beside_the_loss_of_the_shipped_one() -> None:
    for kind in Kind:
        visit = Visit(PAGE, screen="train them", trained_kind=kind.value)
        assert visit.headings == [f"Train the {kind.value} yourself: the same language, size and number of steps"]
        shipped = read_training(ASSETS / FOLDER, kind)
        assert f"The shipped model ends at {shipped.tests[shipped.settings.steps]:.3f}" in visit.words
        assert "Train" in [button.label for button in visit.app.button]
