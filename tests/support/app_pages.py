"""The pages of the app, as app.py lists them: a page that joins the list joins the tests."""

import ast
from pathlib import Path

from tests.support.paths import ROOT


def _listed(name: str) -> dict[str, str]:
    """Title → path of each page in the list of this name, in its order."""
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    lists = {ast.unparse(node.targets[0]): node.value for node in ast.walk(tree) if isinstance(node, ast.Assign)}
    found: dict[str, str] = {}
    for node in ast.walk(lists[name]):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.Page":
            title = next(each.value for each in node.keywords if each.arg == "title")
            found[ast.literal_eval(title)] = ast.literal_eval(node.args[0])
    return found


#: Title → path, such as "Tokens" → "pages/encoder/tokens.py"; the first page is the one the app opens with.
PAGES = _listed("reading") | _listed("comparing") | _listed("applying")
FIRST = next(iter(PAGES))
#: The titles of the pages that read the sentence in the sidebar; the others ask for sentences of their own.
READING = list(_listed("reading"))
#: The titles of the pages that apply sentence vectors.
APPLYING = list(_listed("applying"))


def address(title: str) -> str:
    """Where the browser finds a page, such as "/tokens"."""
    return "/" if title == FIRST else f"/{Path(PAGES[title]).stem}"
