"""What each kind knows of each word: near the grammar's exact answer, and just what transformers' models say."""

import numpy as np
import pytest
import torch

from components.core.errors import SentenceError
from components.core.kinds.knowledge import all_shown, cooled, knowledge, likeliest, next_words
from components.core.kinds.models import read_sentence
from components.core.languages.language import END
from components.core.languages.skills import total_variation
from components.core.training.tiny_model import tokenizer_of
from tests.support.kinds_of_kitchen import TEA, kitchen, words

MODELS = kitchen()
TOKENIZER = tokenizer_of(MODELS.language)
#: How far any distribution of the shipped models may be from the grammar's, in total variation; and on the average.
FARTHEST, ON_AVERAGE = 0.15, 0.02


def test_before_tea_the_encoder_knows_drinks_and_the_decoder_spreads_as_the_grammar_says() -> None:
    known = knowledge(MODELS, TEA)
    place = TEA.index("drinks")
    assert known.by_encoder[place].exact == {"drinks": 1.0}
    assert known.by_encoder[place].said["drinks"] > 0.99
    # 60 of the 90 ways to write a sentence eat.
    assert known.by_decoder[place].exact == pytest.approx({"eats": 2 / 3, "drinks": 1 / 3})
    assert known.by_decoder[place].said["drinks"] == pytest.approx(1 / 3, abs=0.02)


def test_everywhere_in_the_language_both_are_near_the_grammar() -> None:
    by_encoder, by_decoder = [], []
    for sentence in MODELS.language.sentences:
        known = knowledge(MODELS, sentence)
        by_encoder += [total_variation(each.said, each.exact) for each in known.by_encoder]
        by_decoder += [total_variation(each.said, each.exact) for each in known.by_decoder]
    assert max(by_encoder + by_decoder) < FARTHEST
    assert max(np.mean(by_encoder), np.mean(by_decoder)) < ON_AVERAGE


def test_what_the_encoder_says_is_transformers_own_softmax_at_the_mask() -> None:
    known = knowledge(MODELS, TEA)
    for place in range(len(TEA)):
        text = " ".join((*TEA[:place], "[MASK]", *TEA[place + 1 :]))
        with torch.inference_mode():
            shares = MODELS.encoder(**TOKENIZER(text, return_tensors="pt")).logits[0, place + 1].softmax(-1)
        for word, share in known.by_encoder[place].said.items():
            number = TOKENIZER.sep_token_id if word == END else TOKENIZER.convert_tokens_to_ids(word)
            assert share == pytest.approx(float(shares[number]), abs=1e-5)


def test_what_the_decoder_says_in_one_reading_is_what_it_says_of_each_beginning_alone() -> None:
    for place, known in enumerate(next_words(MODELS, TEA)):
        row = torch.tensor([TOKENIZER(" ".join(TEA[:place])).input_ids[:-1]])
        with torch.inference_mode():
            shares = MODELS.decoder(input_ids=row).logits[0, -1].softmax(-1)
        for word, share in known.said.items():
            number = TOKENIZER.sep_token_id if word == END else TOKENIZER.convert_tokens_to_ids(word)
            assert share == pytest.approx(float(shares[number]), abs=1e-5)


def test_of_what_the_grammar_does_not_write_nothing_exact_is_known() -> None:
    known = knowledge(MODELS, words("the pizza eats the cat"))
    assert known.by_encoder[0].exact == {}
    assert [bool(each.exact) for each in known.by_decoder] == [True, True, False, False, False]


def test_a_temperature_divides_the_scores() -> None:
    scores = np.array([2.0, 0.5, -1.0])
    shares = dict(zip("abc", np.exp(scores) / np.exp(scores).sum(), strict=True))
    for temperature in (0.1, 0.5, 1.0, 2.0):
        expected = np.exp(scores / temperature) / np.exp(scores / temperature).sum()
        np.testing.assert_allclose(list(cooled(shares, temperature).values()), expected, atol=1e-12)
    assert cooled({"a": 0.9, "b": 1e-200}, 0.1) == {"a": 1.0, "b": 0.0}
    assert cooled({}, 0.5) == {}


def test_the_words_shown_are_those_that_any_distribution_holds_likely_the_likeliest_first() -> None:
    assert all_shown({"a": 0.2, "b": 0.004}, {"b": 0.7, "c": 0.3}, most=2) == ["b", "c"]
    assert all_shown({"a": 0.001}, most=3) == []
    assert likeliest({"a": 0.5, "b": 0.5, "c": 0.0}) == "a"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "the dragon eats the tea",
            "1 word is not of the language that these models have learned; the first is “dragon”",
        ),
        ("the dragon eats fire", "2 words are not"),
        ("", "There is no word to read"),
        ("the " * 10, "This sentence has 10 words; these models have learned sentences of up to 9. Take out 1."),
    ],
)
def test_a_text_that_cannot_be_read_says_why_and_names_the_words(text: str, says: str) -> None:
    with pytest.raises(SentenceError, match=r"^[^\n]*$") as raised:
        read_sentence(MODELS.language, text)
    assert says in str(raised.value)
    assert ("squatch" in str(raised.value)) == ("up to 9" not in says)


def test_capitals_and_a_full_stop_at_the_end_are_read_over() -> None:
    assert read_sentence(MODELS.language, " The CAT  eats the pizza. ") == words("the cat eats the pizza")
