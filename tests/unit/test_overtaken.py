"""A page that waits for the model gives up when its reader types on or leaves."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.runtime.scriptrunner_utils.script_run_context import SCRIPT_RUN_CONTEXT_ATTR_NAME

from components.core.numerics import lanes as queue
from components.core.numerics.lanes import Lanes
from components.ui import overtaken


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Waiting threads look whether they are still wanted, often."""
    monkeypatch.setattr(queue, "_LOOK_AROUND", 0.005)
    before = queue._still_wanted
    overtaken.watch()
    yield
    queue.while_waiting(before)


@pytest.mark.usefixtures("watched")
def test_a_run_that_waits_ends_when_it_is_asked_to_and_leaves_the_queue() -> None:
    lanes, asked_to_stop, computed = Lanes(1), threading.Event(), []

    def end_if_asked() -> None:
        if asked_to_stop.is_set():
            raise StopException

    def run() -> None:
        # As much of a run's context as is asked for here.
        context = SimpleNamespace(yield_check=end_if_asked)
        setattr(threading.current_thread(), SCRIPT_RUN_CONTEXT_ATTR_NAME, context)
        with lanes.turn():
            computed.append("for nobody")

    with ThreadPoolExecutor(1) as pool, lanes.turn():
        waiting = pool.submit(run)
        while not lanes.waiting and not waiting.done():
            threading.Event().wait(0.001)
        asked_to_stop.set()
        with pytest.raises(StopException):
            waiting.result(30)
        assert lanes.waiting == 0
    assert computed == []


@pytest.mark.usefixtures("watched")
def test_work_outside_a_page_waits_for_its_turn() -> None:
    lanes, computed = Lanes(1), []

    def work() -> None:
        with lanes.turn():
            computed.append("done")

    with ThreadPoolExecutor(1) as pool:
        with lanes.turn():
            waiting = pool.submit(work)
            while not lanes.waiting:
                threading.Event().wait(0.001)
            threading.Event().wait(0.03)  # some looks
        waiting.result(30)
    assert computed == ["done"]
