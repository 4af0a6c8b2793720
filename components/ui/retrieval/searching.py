"""The screens about the passages that are found: each waits for a question, and for the reader's guess."""

from collections.abc import Callable

from components.core.classroom.guesses import Guesses
from components.ui.retrieval import prediction, summary
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.search_result import SearchResult
from components.ui.stage import frame
from components.ui.stage.stage import Stage


class Searching:
    """The search of this run, and what turns the drawing of its result into a screen."""

    def __init__(self, stage: Stage, indexed_corpus: IndexedCorpus, result: SearchResult | None) -> None:
        """result: None without a question."""
        self._stage, self._indexed_corpus, self._result = stage, indexed_corpus, result
        self._hidden = False

    def screen(self, draw: Callable[[SearchResult, Guesses[str]], None]) -> Callable[[], None]:
        """Return a screen. draw: draws it from a result and what was guessed."""

        def drawn() -> None:
            result = self._result
            if result is None or not result.count:
                frame.heading(*summary.waiting(self._indexed_corpus, result))
                return
            if self._stage.shows_all and self._hidden:
                # The screen above asks.
                frame.heading("Hidden until you guess")
                return
            asked = prediction.ask(result)
            self._hidden = asked.hidden
            if not asked.hidden:
                draw(result, asked.guesses)

        return drawn
