"""Array annotations of core are checked in tests, and cost nothing outside of them."""

import ast
import subprocess
import sys
from pathlib import Path

import jaxtyping
import numpy as np
import pytest

from components.core.numerics.similarity import normalise_rows
from tests.support.paths import ROOT
from tests.support.shapes import check_shapes


def test_an_array_with_the_wrong_number_of_axes_raises() -> None:
    with pytest.raises(jaxtyping.TypeCheckError, match="normalise_rows"):
        normalise_rows(np.array(1.0))


def test_an_array_of_the_wrong_dtype_raises() -> None:
    with pytest.raises(jaxtyping.TypeCheckError, match="normalise_rows"):
        normalise_rows(np.array([[1, 2]]))


def test_a_doctest_alone_and_a_worker_check_too(tmp_path: Path) -> None:
    """pytest started with a file of core only, in a worker of xdist: tests/conftest.py is not loaded there."""
    plugin = tmp_path / "says_if_checked.py"
    plugin.write_text(
        "def pytest_sessionfinish(session):\n"
        "    import os, components.core.numerics.similarity as similarity\n"
        "    if 'PYTEST_XDIST_WORKER' in os.environ:\n"
        "        session.exitstatus = 0 if hasattr(similarity.normalise_rows, '__wrapped__') else 1\n"
        f"        open({str(tmp_path / 'seen')!r}, 'w').write(str(hasattr(similarity.normalise_rows, '__wrapped__')))\n"
    )
    command = ["-m", "pytest", "-n1", "-p", "says_if_checked", "components/core/numerics/similarity.py"]
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "", "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True, capture_output=True)
    assert (tmp_path / "seen").read_text() == "True"


def test_a_function_without_an_array_is_not_wrapped() -> None:
    def plain(words: list[str], by: dict[str, list[int]]) -> tuple[str, ...]:
        return (*words, *by)

    assert check_shapes(plain) is plain


def test_no_file_of_the_app_imports_the_checker() -> None:
    checkers = {"beartype", "typeguard"}
    files = [ROOT / "app.py", ROOT / "server.py", *(ROOT / "components").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & (checkers | {"install_import_hook", "jaxtyped"}), path


def test_outside_of_tests_a_wrong_shape_reaches_the_arithmetic_unchecked() -> None:
    program = (
        "import sys, numpy as np\n"
        "from components.core.numerics.similarity import normalise_rows\n"
        "normalise_rows(np.array([[1, 2]]).astype(object).astype(float))\n"
        "assert not hasattr(normalise_rows, '__wrapped__') and 'beartype' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
