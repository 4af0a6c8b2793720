"""README's Python runs as it stands, and its comments state what it returns."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def claims(snippet: str) -> list[tuple[str, object, int]]:
    """Expression, value and decimals of each line `expression  # value`; decimals: of a number that is rounded."""
    found = []
    for line in snippet.splitlines():
        code, separator, comment = line.partition("  # ")
        stated = re.match(r"-?\d+\.\d+|\(\d[\d, ]*\)|-?\d+|True|False", comment)
        if not separator or stated is None:
            continue
        statement = ast.parse(code.strip()).body[0]
        # Of an assignment the comment states the value of the name.
        code = ast.unparse(statement.targets[0]) if isinstance(statement, ast.Assign) else code
        value = ast.literal_eval(stated[0])
        decimals = len(stated[0].partition(".")[2]) if isinstance(value, float) else 0
        found.append((code.strip(), value, decimals))
    return found


def test_the_snippets_of_the_readme_run_one_after_the_other_and_return_what_their_comments_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(SNIPPETS) >= 6
    checked = 0
    names: dict[str, object] = {}
    for snippet in SNIPPETS:
        exec(compile(snippet, "README.md", "exec"), names)
        for expression, value, decimals in claims(snippet):
            returned = eval(expression, names)
            if isinstance(value, float):
                assert round(float(np.asarray(returned)), decimals) == value, expression
            else:
                # Of an array a tuple states the shape.
                assert getattr(returned, "shape", returned) == value or returned == value, expression
            checked += 1
    assert checked >= 8


def test_the_files_and_the_pages_that_the_readme_names_are_there() -> None:
    missing = [path for path in re.findall(r"\]\(((?!https?://|#)[^)]+)\)", README) if not (ROOT / path).exists()]
    assert missing == []


def test_a_comment_with_a_number_a_shape_or_a_truth_is_a_claim_and_prose_is_none() -> None:
    snippet = (
        "a.b[0]  # 0.9647: rounded\nc.shape  # (7, 14)\nd = f()  # (2, 384) float32\n"
        'e = 1  # prose\nok()  # True\nx  # ("the",)\n'
    )
    assert claims(snippet) == [("a.b[0]", 0.9647, 4), ("c.shape", (7, 14), 0), ("d", (2, 384), 0), ("ok()", True, 0)]
