"""Layer normalisation, against torch's."""

import numpy as np
import torch

from components.core.model.layer_norm import LayerNorm


def test_layer_norm_is_torchs() -> None:
    rng = np.random.default_rng(0)
    gain, bias, vectors = rng.normal(size=8), rng.normal(size=8), rng.normal(size=(5, 8))
    expected = torch.nn.functional.layer_norm(
        torch.from_numpy(vectors), (8,), torch.from_numpy(gain), torch.from_numpy(bias), 1e-12
    )
    np.testing.assert_allclose(LayerNorm(gain, bias, 1e-12)(vectors), expected.numpy(), atol=1e-12)
