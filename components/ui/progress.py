"""A bar for work that takes a while: the share that is done, how much that is, and how fast it goes."""

import time
from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.numerics.lanes import let_others
from components.core.storage.cached_encoding import Progress
from components.ui import state
from components.ui.caches import sentence_sets
from components.ui.caches.encoding import Report
from components.ui.caches.sentence_sets import EncodingRequest
from components.ui.wording import format_count, format_progress, format_time_left

_Result = TypeVar("_Result")

# Encoding fewer texts ends before a bar could be read.
_WORTH_A_BAR = 200
# Seconds between two changes of a bar: each is a message to the browser.
_BETWEEN = 0.2


class ProgressBar:
    """A bar at the place where it is made. It appears with the first call of `show` and is gone after `clear`.

    on_stop: called by a Stop button beside the bar; without it there is no button. name: of that button, since a page
    may draw several bars in one run.
    """

    def __init__(self, on_stop: Callable[[], None] | None = None, name: str = "") -> None:
        let_others()
        self._slot = st.empty()
        self._name = name
        self._on_stop = on_stop
        self._bar: DeltaGenerator | None = None

    def show(self, done: int, total: int, text: str) -> None:
        """Fill the bar to done ÷ total. text: the line above it."""
        if self._bar is None:
            self._bar = self._draw(text)
        self._bar.progress(done / total, text)

    def clear(self) -> None:
        """Take the bar and its button off the page."""
        self._slot.empty()
        self._bar = None

    def _draw(self, text: str) -> DeltaGenerator:
        if self._on_stop is None:
            return self._slot.progress(0.0, text)
        with self._slot.container(horizontal=True, vertical_alignment="center"):
            bar = st.progress(0.0, text)
            st.button("Stop", on_click=self._on_stop, key=f"{state.Shared.STOP_ENCODING}_{self._name}")
        return bar


class TimedReport:
    """Shows on a bar how far something is that counts one thing after the other, with the time that is left.

    Called with what is counted, how many are done, and how many there are.
    """

    def __init__(self, bar: ProgressBar, name: str, quiet: float = 0.0) -> None:
        """name: of what is done. quiet: seconds in which no bar appears, since what takes no longer needs none."""
        self._bar, self._name = bar, name
        self._first = time.monotonic() + quiet
        self._noun = ""
        self._begun = self._shown = 0.0

    def __call__(self, noun: str, done: int, total: int) -> None:
        now = time.monotonic()
        if noun != self._noun:
            self._noun, self._begun, self._shown = noun, now, 0.0
        if now < self._first or now - self._shown < _BETWEEN:
            return
        self._shown = now
        left = f", {format_time_left((now - self._begun) * (total - done) / done)}" if done else ""
        self._bar.show(done, max(total, 1), f"{self._name} – {done:,} of {format_count(total, noun)}{left}")


def report_to(bar: ProgressBar, noun: str, fewest: int = _WORTH_A_BAR) -> Report:
    """Return the function that shows the progress of an encoding on a bar.

    noun: one of the texts. fewest: with fewer texts no bar is drawn.
    """

    def report(progress: Progress) -> None:
        if progress.total >= fewest and progress.done < progress.total:
            bar.show(progress.done, progress.total, format_progress(progress, noun))

    return report


def is_stopped(key: Hashable) -> bool:
    """True if the reader has stopped the encoding of these texts."""
    stopped = st.session_state.get(state.Shared.STOPPED_ENCODING)
    return stopped is not None and bool(stopped[0] == key)


def encode_with_bar(
    key: Hashable, noun: str, encode: Callable[[Report], _Result], fewest: int = _WORTH_A_BAR
) -> _Result:
    """Encode texts with a bar and a Stop button; the page ends here for a reader who has stopped.

    Vectors that are done are kept on disk, so going on after a stop loses nothing. key: of the texts. noun: for one.
    fewest: with fewer texts no bar is drawn.
    """
    if is_stopped(key):
        done: Progress = st.session_state[state.Shared.STOPPED_ENCODING][1]
        st.markdown(f"Stopped: {done.done:,} of {format_count(done.total, noun)} are encoded.")
        st.button("Go on", on_click=lambda: st.session_state.pop(state.Shared.STOPPED_ENCODING))
        st.stop()
    bar = ProgressBar(on_stop=_stop, name=str(hash(key)))
    show = report_to(bar, noun, fewest)

    def report(progress: Progress) -> None:
        st.session_state[state.Shared.ENCODING_PROGRESS] = (key, progress)
        show(progress)

    result = encode(report)
    bar.clear()
    return result


def ensure_unit_vectors(request: EncodingRequest) -> None:
    """Compute the vectors of a set of sentences, with a bar, unless they are kept."""
    if not sentence_sets.has_unit_vectors(request):
        encode_with_bar(request, "sentence", lambda report: sentence_sets.unit_vectors(request, report))


def _stop() -> None:
    st.session_state[state.Shared.STOPPED_ENCODING] = st.session_state.get(state.Shared.ENCODING_PROGRESS)
