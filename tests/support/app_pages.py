"""The pages of the app, as the line of pages lists them: a page that joins the line joins the tests."""

from components.ui.stage import line

#: Title → path, such as "Tokens" → "pages/encoder/tokens.py"; the first page is the one the app opens with.
PAGES = {page.title: page.path for page in line.PAGES}
FIRST = next(iter(PAGES))
#: The titles of the pages that read the sentence in the sidebar; the others ask for sentences of their own.
READING = [page.title for page in line.READING]
#: The titles of the pages that apply sentence vectors.
APPLYING = [page.title for page in line.APPLYING]
#: The titles of the pages that open the model of the sidebar: all but those with tiny models of their own, and the one
#: that lists what a class has answered.
WITH_MODEL = [title for title in PAGES if title not in {line.CLASS.title, "Train one", "Encoder, decoder, both"}]
#: Title → the names of its screens.
SCREENS = {page.title: page.screens for page in line.PAGES}
ALL_SCREENS = line.ALL_SCREENS


def address(title: str) -> str:
    """Where the browser finds a page, such as "/tokens"."""
    return line.page_entry(title).address
