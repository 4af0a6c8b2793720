"""Sinusoidal and rotary positions, against formulas written out by hand and transformers' own rotation."""

import math

import numpy as np
import torch
from transformers.models.modernbert.modeling_modernbert import apply_rotary_pos_emb

from components.core.positions.encodings import frequencies, rotary_relative_similarity, rotate, sinusoidal_encoding


def test_each_sinusoidal_number_is_the_papers_formula() -> None:
    encoding = sinusoidal_encoding(50, 12)
    for position in (0, 1, 7, 49):
        for pair in range(6):
            angle = position / 10000 ** (2 * pair / 12)
            assert math.isclose(encoding[position, 2 * pair], math.sin(angle), abs_tol=1e-12)
            assert math.isclose(encoding[position, 2 * pair + 1], math.cos(angle), abs_tol=1e-12)


def test_products_of_sinusoidal_positions_depend_on_their_distance_alone() -> None:
    encoding = sinusoidal_encoding(200, 64)
    products = encoding @ encoding.T
    for distance in (1, 5, 60):
        diagonal = np.diagonal(products, distance)
        np.testing.assert_allclose(diagonal, diagonal[0], atol=1e-9)


def test_a_frequency_is_the_step_of_its_wave() -> None:
    encoding = sinusoidal_encoding(3, 8)
    np.testing.assert_allclose(np.arcsin(encoding[1, ::2]), frequencies(8)[::2])


def test_rotation_is_transformers_own() -> None:
    rng = np.random.default_rng(0)
    query, key = rng.normal(size=(2, 9, 16))
    positions = np.arange(9)
    angles = positions[:, None] * 10000.0 ** (-np.arange(8) / 8)
    cosine, sine = (torch.from_numpy(np.tile(f(angles), 2))[None] for f in (np.cos, np.sin))
    expected = apply_rotary_pos_emb(
        torch.from_numpy(query)[None, None], torch.from_numpy(key)[None, None], cosine, sine
    )
    np.testing.assert_allclose(rotate(query, positions), expected[0][0, 0].numpy(), atol=1e-6)
    np.testing.assert_allclose(rotate(key, positions), expected[1][0, 0].numpy(), atol=1e-6)


def test_rotated_products_depend_on_the_distance_alone() -> None:
    rng = np.random.default_rng(1)
    query, key = rng.normal(size=(2, 1, 32))
    near = rotate(query, np.array([7])) @ rotate(key, np.array([3])).T
    far = rotate(query, np.array([407])) @ rotate(key, np.array([403])).T
    np.testing.assert_allclose(near, far, atol=1e-9)


def test_rotary_similarity_is_the_product_of_equal_rotated_vectors() -> None:
    vector = np.full((1, 64), 1 / 8)
    distances = np.array([0, 1, 17, 100])
    products = [float((rotate(vector, np.array([d])) @ vector.T)[0, 0]) for d in distances]
    np.testing.assert_allclose(rotary_relative_similarity(64, distances), products, atol=1e-12)
