"""The style sheets cost a browser little."""

import re

from tests.support.paths import ASSETS


def test_no_has_looks_farther_than_the_path_it_writes_out() -> None:
    # One that does is asked anew for each mark that a picture draws.
    sheets = [sheet.read_text(encoding="utf-8") for sheet in ASSETS.glob("*.css")]
    assert len(sheets) >= 3
    begins_with = {found for sheet in sheets for found in re.findall(r":has\(\s*([^)\s])", sheet)}
    assert begins_with <= {">", "+"}
