"""Encoder, decoder, both, by hand: a sentence is typed, a word is picked, the decoder writes, a head is followed."""

import numpy as np
from playwright.sync_api import expect

from components.core.kinds.attention_of_kinds import causal_mask, decoder_attention
from components.core.kinds.knowledge import knowledge
from components.core.kinds.translating import translation_of
from components.core.kinds.writing import write_on
from components.core.languages.language import END
from tests.browser.reader import Reader
from tests.support.kinds_of_kitchen import kitchen, words

PAGE = "Encoder, decoder, both"
SENTENCE = "the girl eats the melon because it is sweet"
BOX = "Sentence of the language"


def test_a_typed_sentence_is_followed_from_screen_to_screen_and_through_a_reload(reader: Reader) -> None:
    models, sentence = kitchen(), words(SENTENCE)
    reader.open(PAGE)
    reader.write(BOX, SENTENCE, "kinds_sentence")
    reader.pick("Model", "decoder")
    weights = np.where(causal_mask(10), decoder_attention(models, sentence).weights[1, 2], np.nan)
    drawn = np.array(reader.plot("attention-of-the-kind")[0]["z"], dtype=float)
    np.testing.assert_allclose(drawn, weights, atol=1e-5)
    reader.pick("Screen", "what each can know")
    reader.choose("Word", 5)
    known = knowledge(models, sentence)
    title = (
        f"The encoder is {known.by_encoder[4].said['melon']:.0%} sure of “melon”, "
        f"the decoder {known.by_decoder[4].said['melon']:.0%}"
    )
    for again in (reader.settled, reader.reload):
        again()
        expect(reader.main.get_by_role("heading", level=1)).to_have_text(title)
    reader.pick("Screen", "it translates")
    written = " ".join(translation_of(models, sentence).written)
    expect(reader.main.get_by_text(f"“{written}”")).to_be_visible()


def test_the_decoder_writes_a_word_a_press_and_an_unknown_word_is_answered_with_those_there_are(reader: Reader) -> None:
    steps = write_on(kitchen(), words("the squatch"), 1.0, 0)
    reader.open(PAGE, screen="it writes on")
    title = reader.main.get_by_role("heading", level=1)
    expect(title).to_contain_text("After “the squatch”, it goes on with")
    reader.press("Next word")
    expect(title).to_contain_text(f"After “{steps[1].past[-2]} {steps[1].past[-1]}”")
    reader.press("To the end")
    written = " ".join(("the squatch", *(step.drawn for step in steps if step.drawn != END)))
    expect(title).to_contain_text(f"The decoder has written “{written}”")
    expect(reader.main.get_by_role("button", name="Next word")).to_be_disabled()
    reader.write(BOX, "the dragon eats <b>fire</b>", "kinds_sentence")
    expect(reader.main.get_by_text("2 words are not of the language that these models have learned")).to_be_visible()
    reader.press("Read an example instead")
    # What was written of this sentence is still there.
    expect(title).to_contain_text(f"The decoder has written “{written}”")
