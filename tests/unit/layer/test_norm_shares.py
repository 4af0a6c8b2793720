"""Shares of what attention brings, by whose they are."""

import numpy as np
import pytest

from components.core.layer.norm_shares import KINDS, shares, shares_by_kind, shares_over_texts
from components.core.layer.norms import MEASURES, attention_norms
from tests.support.reference import SENTENCES, Opened


def test_rows_of_shares_sum_to_1_and_each_kind_is_counted_once(bundled: Opened) -> None:
    trace = bundled.encoder.trace(SENTENCES[2])
    special = trace.tokenized.special
    for brought in attention_norms(bundled.encoder, trace, 4).known.values():
        shared = shares(brought)
        np.testing.assert_allclose(shared.sum(axis=1), 1)
        by_kind = np.zeros(len(KINDS))
        typed = np.flatnonzero(~special)
        for query in typed:
            for key, share in enumerate(shared[query]):
                by_kind[0 if special[key] else 1 if key == query else 2] += share / len(typed)
        np.testing.assert_allclose(shares_by_kind(shared, special), by_kind)


def test_over_texts_each_text_is_measured_alone_in_every_layer(bundled: Opened) -> None:
    told: list[tuple[int, int]] = []
    measured = shares_over_texts(bundled.encoder, SENTENCES[1:3], lambda *done: told.append(done))
    assert told == [(1, 2), (2, 2)]
    assert measured.shape == (2, bundled.encoder.num_layers, len(MEASURES), len(KINDS))
    trace = bundled.encoder.trace(SENTENCES[2])
    norm = attention_norms(bundled.encoder, trace, 3).norm
    assert norm is not None
    np.testing.assert_allclose(
        measured[1, 3, MEASURES.index("norm")], shares_by_kind(shares(norm), trace.tokenized.special)
    )


def test_a_measure_that_cannot_be_had_is_nan(bundled: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled.encoder, "layer_parts", lambda _: None)
    measured = shares_over_texts(bundled.encoder, SENTENCES[:1])
    assert np.isnan(measured[0, 0, 2:]).all()
    assert not np.isnan(measured[0, 0, :2]).any()
