"""The encoder–decoder's translations are those of transformers' own generation, and are counted."""

from typing import Any

import numpy as np
import pytest
import torch

from components.core.kinds.models import row_of
from components.core.kinds.translating import translate, translation_of, translations
from components.core.training.tiny_model import SPECIAL
from tests.support.kinds_of_kitchen import PIZZA, TEA, kitchen, words

MODELS = kitchen()
ALL = translations(MODELS)


def test_it_writes_what_transformers_generate_writes_for_every_sentence() -> None:
    sentences = list(MODELS.language.sentences)
    rows = torch.cat([row_of(MODELS.language, sentence, ends=True) for sentence in sentences])
    translator: Any = MODELS.translator
    generated = translator.generate(
        input_ids=rows, attention_mask=torch.ones_like(rows), max_new_tokens=8, num_beams=1, do_sample=False
    )
    expected = []
    for row in generated[:, 1:].tolist():
        known = row[: row.index(SPECIAL.index("[SEP]"))]
        expected.append(tuple(MODELS.other.words[number - len(SPECIAL)] for number in known))
    assert translate(MODELS, sentences) == expected


def test_all_translations_are_right_and_those_that_were_wrong_would_be_counted() -> None:
    assert (ALL.count, ALL.wrong) == (90, ())
    right = translate(MODELS, list(MODELS.language.sentences))
    for sentence, written in zip(MODELS.language.sentences, right, strict=True):
        assert MODELS.language.translations[sentence] == {written: 1}


def test_it_decides_whom_it_means() -> None:
    assert translate(MODELS, [TEA, PIZZA]) == [
        words("lur talino elim tavo lomurel navirun dunalim"),
        words("vio runela elim tavo nerumel velarun torelim"),
    ]


def test_a_translation_is_the_same_alone_and_among_others_of_other_lengths() -> None:
    short = words("the cat drinks milk")
    assert translate(MODELS, [TEA, short, PIZZA])[1] == translate(MODELS, [short])[0]
    assert translation_of(MODELS, short).right == frozenset()


@pytest.mark.parametrize("sentence", [TEA, PIZZA])
def test_each_row_of_cross_attention_is_that_of_the_place_before_the_word_it_writes(sentence: tuple[str, ...]) -> None:
    found = translation_of(MODELS, sentence)
    for place in range(len(found.written)):
        with torch.inference_mode():
            output = MODELS.translator(
                input_ids=row_of(MODELS.language, sentence, ends=True),
                decoder_input_ids=row_of(MODELS.other, found.written[:place], ends=False)
                if place
                else torch.tensor([[SPECIAL.index("[CLS]")]]),
                output_attentions=True,
            )
        assert MODELS.other.words[int(output.logits[0, -1].argmax()) - len(SPECIAL)] == found.written[place]
        theirs = np.stack([layer[0, :, -1].numpy() for layer in output.cross_attentions])
        np.testing.assert_allclose(found.cross[:, :, place], theirs, atol=1e-5)


def test_how_often_a_head_finds_the_source_is_counted_over_all_words_with_one() -> None:
    hits, asked = np.zeros(ALL.found.shape), 0
    for sentence in MODELS.language.sentences:
        each = translation_of(MODELS, sentence)
        for place, word in enumerate(each.written):
            if word in MODELS.lexicon:
                asked += 1
                tokens = ("[CLS]", *sentence, "[SEP]")
                for layer, head in np.ndindex(hits.shape):
                    hits[layer, head] += tokens[int(each.cross[layer, head, place].argmax())] == MODELS.lexicon[word]
    np.testing.assert_allclose(ALL.found, hits / asked)
    assert ALL.found[ALL.best_head] == ALL.found.max()
