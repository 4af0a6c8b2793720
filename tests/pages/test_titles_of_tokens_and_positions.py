"""Titles of the Tokens and the Positions page on many sentences: none contradicts the numbers under it."""

import re

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from components.core.positions.order_experiment import run_order_experiment, shuffle_orders
from components.ui.pickers import POSITION_MODES
from components.ui.positions import order_experiment, position_tables, waves
from components.ui.tokens import per_word, summary
from tests.pages.test_titles_of_attention import SENTENCES
from tests.support.reference import Opened

_NUMBER = re.compile(r"−?\d\.\d{4}")
_QUOTED = re.compile(r"“([^”…]+)”")


@pytest.mark.parametrize("text", SENTENCES)
def test_no_title_about_tokens_contradicts_hugging_faces_tokenizer(text: str, bundled: Opened) -> None:
    tokens = bundled.encoder.tokenize(text)
    backend = bundled.tokenizer.backend_tokenizer
    words = [word for word, _ in backend.pre_tokenizer.pre_tokenize_str(backend.normalizer.normalize_str(text))]
    pieces = [bundled.tokenizer.tokenize(word) for word in words]
    most = max(map(len, pieces))
    cut, mean = summary.finding(tokens), per_word.finding(tokens)
    assert ("cut into" in cut) == ("takes" in mean) == (most > 1)
    if most > 1:
        assert cut.endswith(f"cut into {most} pieces")
        assert mean.endswith(f"takes {most}")
        assert mean.startswith(f"{sum(map(len, pieces)) / len(words):.2f} tokens a word")
    unknown = sum(map(len, pieces)) if most == 1 else 0
    if "unknown" in cut:
        assert bundled.tokenizer.tokenize(text).count("[UNK]") == int(cut.split()[0])
    elif "Here every word" in cut:
        assert unknown == len(words)
        assert "[UNK]" not in bundled.tokenizer.tokenize(text)


@pytest.mark.parametrize("text", [text for text in SENTENCES if len(set(text.split())) > 1][::2])
def test_no_title_about_orders_contradicts_sentence_transformers(text: str, bundled: Opened) -> None:
    experiment = run_order_experiment(bundled.encoder, text)
    vectors = bundled.sentence_model.encode(list(experiment.sentences))
    cosines = cosine_similarity(vectors[:1], vectors)[0]
    for mode in POSITION_MODES:
        shuffled = shuffle_orders(bundled.encoder, experiment.sentences) if mode == "shuffled" else None
        title, lead = order_experiment.finding(experiment, mode, shuffled)
        about = f"{text!r} {mode}: {title} {lead}"
        said = [float(number.replace("−", "-")) for number in _NUMBER.findall(title)]
        assert max(said) <= 1, about
        assert said[0] >= (experiment.cosines[mode] if shuffled is None else shuffled.cosines).min() - 1e-4, about
        if mode == "on":
            named = experiment.sentences[order_experiment.compared_order(experiment)]
            assert said[0] == pytest.approx(cosines[experiment.sentences.index(named)], abs=1.1e-4), about
            assert float(_NUMBER.findall(lead)[-1]) == pytest.approx(cosines.min(), abs=1.1e-4), about
            assert "Without positions" not in title, about
            for quoted in _QUOTED.findall(lead):
                assert quoted in experiment.sentences, about
        if "one sentence" in title:
            assert mode == "off", about
            assert experiment.cosines["off"].min() > 0.9999, about


def test_the_whole_learned_wave_of_each_dimension_has_the_height_that_the_page_names(bundled: Opened) -> None:
    table = bundled.hugging_face().state_dict()["embeddings.position_embeddings.weight"].numpy()
    tables = position_tables.position_tables(bundled.encoder)
    for dimension in range(tables.width):
        wave = waves.learned_wave(tables, dimension)
        assert wave is not None
        assert np.abs(wave).max() == pytest.approx(1)
        assert wave * np.abs(table[:, dimension]).max() == pytest.approx(table[:, dimension], abs=1e-6)
