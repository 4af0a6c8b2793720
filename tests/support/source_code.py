"""The app's own source files and what they import, read without importing them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import ROOT


def sources(folder: str) -> Iterator[Path]:
    """The Python files of a folder and all below it; of "." only the files directly in the root."""
    yield from (ROOT / folder).glob("*.py") if folder == "." else (ROOT / folder).rglob("*.py")


def module_name(path: Path) -> str:
    """The dotted name of a file: components/core/errors.py is components.core.errors."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str, package: str = "") -> set[str]:
    """The dotted names that a source imports, wherever in it the import stands.

    package: the dotted name of the folder the source lies in, for relative imports.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*parts, *([node.module] if node.module else [])])
            # `from components import ui` imports components.ui.
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return found


def import_graph() -> dict[str, set[str]]:
    """Each module of the app and the modules of the app that it imports."""
    modules = {module_name(path): path for folder in ("components", "pages", ".") for path in sources(folder)}
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        package = ".".join(path.relative_to(ROOT).parts[:-1])
        targets = set()
        for imported in imports(path.read_text(encoding="utf-8"), package):
            owner = imported if imported in modules else imported.rpartition(".")[0]
            if owner in modules and owner != name:
                targets.add(owner)
        graph[name] = targets
    return graph
