"""Array annotations of core are checked in tests, and cost nothing outside of them."""

import ast
import subprocess
import sys

import jaxtyping
import numpy as np
import pytest

from components.core.numerics.similarity import normalise_rows
from tests.support.core_alone import CORE_ALONE
from tests.support.paths import ROOT
from tests.support.shapes import check_shapes


def test_an_array_with_the_wrong_number_of_axes_raises() -> None:
    with pytest.raises(jaxtyping.TypeCheckError, match="normalise_rows"):
        normalise_rows(np.array(1.0))


def test_an_array_of_the_wrong_dtype_raises() -> None:
    with pytest.raises(jaxtyping.TypeCheckError, match="normalise_rows"):
        normalise_rows(np.array([[1, 2]]))


def test_the_check_is_a_plugin_of_every_run_so_workers_and_doctests_alone_have_it_too(
    pytestconfig: pytest.Config,
) -> None:
    # The tests/conftest.py is not loaded where only a file of core is run, and this test runs in a worker of xdist.
    assert pytestconfig.getini("addopts")[:2] == ["-p", "tests.support.shapes"]
    assert hasattr(normalise_rows, "__wrapped__")


def test_a_function_without_an_array_is_not_wrapped() -> None:
    def plain(words: list[str], by: dict[str, list[int]]) -> tuple[str, ...]:
        return (*words, *by)

    assert check_shapes(plain) is plain


def test_no_file_of_the_app_imports_the_checker() -> None:
    checkers = {"beartype", "typeguard"}
    files = [ROOT / "app.py", *(ROOT / "components").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & (checkers | {"install_import_hook", "jaxtyped"}), path


def test_outside_of_tests_a_wrong_shape_reaches_the_arithmetic_unchecked() -> None:
    program = (
        f"{CORE_ALONE}\nimport numpy as np\n"
        "from components.core.numerics.similarity import normalise_rows\n"
        "assert normalise_rows(np.ones((1, 1, 2))).shape == (1, 1, 2)\n"
        "assert not hasattr(normalise_rows, '__wrapped__') and 'beartype' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
