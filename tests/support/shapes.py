"""Array annotations of core, checked whenever a test calls what bears them.

pytest loads this file first (`-p` in pyproject.toml), in its workers and for doctests too, so that every module of core
is imported through the finder below. A function or dataclass with an array annotation is wrapped by jaxtyping and
beartype: an array of another shape or dtype raises jaxtyping.TypeCheckError. All others stay as they are, because
jaxtyping's own import hook wraps every function, and each call then takes 18 µs more, for no array.
"""

import ast
import dataclasses
import inspect
import sys
import typing
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final, TypeVar

import beartype
import jaxtyping

PACKAGE: Final = "components.core"
_DECORATOR: Final = "__check_shapes__"


T = TypeVar("T")


def check_shapes(item: T) -> T:
    """Wrap a function or dataclass that has an array annotation, and return anything else as it is."""
    annotated: Any = item
    if inspect.isclass(item):
        annotated = item.__init__ if dataclasses.is_dataclass(item) else None
    if not isinstance(annotated, FunctionType) or not any(map(_names_an_array, annotated.__annotations__.values())):
        return item
    checked: T = jaxtyping.jaxtyped(item, typechecker=beartype.beartype)  # type: ignore[call-overload]
    return checked


def _names_an_array(annotation: Any) -> bool:
    """True if this annotation, or a part of it, is an array of jaxtyping's."""
    if isinstance(annotation, type) and issubclass(annotation, jaxtyping.AbstractArray):
        return True
    parts = typing.get_args(annotation)
    return any(map(_names_an_array, [*parts, *(inner for part in parts if isinstance(part, list) for inner in part)]))


class _CheckedLoader(SourceFileLoader):
    """Loader of a module whose functions and classes are all decorated with check_shapes."""

    def get_code(self, fullname: str) -> CodeType:
        """Compile the decorated source. It is not cached: the files in __pycache__ are those of the plain module."""
        tree = ast.parse(self.get_data(self.path), self.path)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                decorator = ast.copy_location(ast.Name(_DECORATOR, ast.Load()), node)
                # A function is wrapped before its other decorators, a class after @dataclass.
                node.decorator_list.insert(
                    len(node.decorator_list) if isinstance(node, ast.FunctionDef) else 0, decorator
                )
        return compile(tree, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module with the decorator among its names."""
        setattr(module, _DECORATOR, check_shapes)
        super().exec_module(module)


class _CheckedFinder:
    """Finder of core's modules, asked before Python's own."""

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module of core, to be loaded with checks; None for any other module."""
        if fullname != PACKAGE and not fullname.startswith(f"{PACKAGE}."):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = _CheckedLoader(fullname, spec.origin)
        return spec


if PACKAGE in sys.modules:
    raise RuntimeError(f"{PACKAGE} was imported before its array annotations could be checked.")
sys.meta_path.insert(0, _CheckedFinder)
