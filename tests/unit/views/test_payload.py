"""The payload of a view, as its JavaScript reads it."""

import json

import numpy as np

from components.views.picture import pack_payload


def test_the_values_begin_at_a_multiple_of_four_and_come_back_whole() -> None:
    values = np.array([0.1, -2.5, 3.75], dtype="<f4")
    for label in ("", "a", "ab", "abc", "Größe 🍕"):
        payload = pack_payload({"label": label}, values.tobytes())
        length = int.from_bytes(payload[:4], "little")
        assert length % 4 == 0
        assert json.loads(payload[4 : 4 + length]) == {"label": label}
        assert np.frombuffer(payload, dtype="<f4", offset=4 + length).tolist() == values.tolist()
