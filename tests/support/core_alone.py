"""Source of a child process that imports single modules of core without the encoder's libraries."""

from tests.support.paths import ROOT

#: To be run before such an import: it replaces the package by an empty one, whose __init__ would import the encoder.
CORE_ALONE = f"""
import sys, types
sys.path.insert(0, {str(ROOT)!r})
core = sys.modules["components.core"] = types.ModuleType("components.core")
core.__path__ = [{str(ROOT / "components" / "core")!r}]
"""
