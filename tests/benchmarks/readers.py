"""Readers of a class: each types new sentences on one page, into the box that this page reads."""

import random
from typing import Final

from components.core.by_hand.language import read_language
from components.ui import state
from components.ui.by_hand.exercises import opening_language
from components.ui.kinds.shipped import language_file
from components.ui.stage import line
from components.ui.stage.line import PageEntry
from tests.benchmarks.sentences import Sentences
from tests.benchmarks.websocket_session import Run, Session

#: The pages that have a box to type into: all but the one that lists what a class has answered.
PAGES: Final = tuple(page for page in line.PAGES if page is not line.CLASS)
#: Title of a page → the box that its reader types into, where that is not the sentence of the sidebar.
_BOXES: Final = {
    "By hand": state.ByHand.SENTENCE,
    "Word order": state.WordOrder.FIRST,
    "Context": state.Context.SENTENCES,
    "Train one": state.TrainOne.GRAMMAR,
    "Encoder, decoder, both": state.Kinds.SENTENCE,
    "Sentence map": state.SentenceMap.SENTENCE_TO_ADD,
    "Fill in the blank": state.Blank.TEXT,
    "Live retrieval": state.Retrieval.QUESTION,
    "Sentiment": state.Sentiment.REVIEW,
    "Explanations": state.Explanations.TEXT,
}
#: Title of a page that has a little language of its own → its words, and how many a reader types.
_LITTLE_LANGUAGES: Final = {
    "By hand": (read_language(opening_language()).words, 5),
    "Train one": (language_file().language.words, 5),
    "Encoder, decoder, both": (language_file().language.words, 7),
}


class Reader:
    """Somebody who types one new sentence after the other on one page."""

    def __init__(self, origin: str, page: PageEntry, sentences: Sentences) -> None:
        """origin: of the server. sentences: shared by all readers, so that none types what another has typed."""
        self.page = page
        self.session = Session(origin, page.address)
        self._sentences = sentences
        self._box = _BOXES.get(page.title, state.Shared.TEXT)
        self._opening = ""
        #: The sentence that was typed last.
        self.typed = ""

    async def open(self) -> Run:
        """Open the page."""
        first_view = await self.session.open()
        self._opening = self.session.text_in(self._box)
        return first_view

    async def type(self) -> Run:
        """Type a new sentence; on Context, one with the word that is followed, below the sentences of the opening.

        The words of a little language cost no reading of the model: there any of them are typed.
        """
        if self.page.title in _LITTLE_LANGUAGES:
            words, count = _LITTLE_LANGUAGES[self.page.title]
            self.typed = " ".join(random.choices(words, k=count))
            # A grammar of two sentences, the first of which is shown as it is typed.
            text = f"S: {self.typed} | nobody sleeps" if self.page.title == "Train one" else self.typed
            return await self.session.type(self._box, text)
        on_context = self.page.title == "Context"
        self.typed = self._sentences.new(about=self.session.text_in(state.Context.WORD) if on_context else None)
        return await self.session.type(self._box, f"{self._opening}\n{self.typed}" if on_context else self.typed)

    async def leave(self) -> None:
        """Close the page."""
        await self.session.close()
