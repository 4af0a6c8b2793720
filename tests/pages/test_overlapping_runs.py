"""Two runs of one session may overlap: a run that is overtaken goes on until Streamlit next looks at it."""

import pytest
from streamlit.runtime.state.safe_session_state import SafeSessionState

from tests.support.app_pages import PAGES
from tests.support.visit import Visit


@pytest.mark.parametrize("title", PAGES)
def test_a_run_without_a_click_deletes_nothing_that_the_other_run_may_be_reading(
    title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted: list[str] = []
    delete = SafeSessionState.__delitem__

    def noted(self: SafeSessionState, key: str) -> None:
        deleted.append(key)
        delete(self, key)

    visit = Visit(title)
    monkeypatch.setattr(SafeSessionState, "__delitem__", noted)
    visit.app.run()
    visit.app.run()
    assert not visit.app.exception
    assert deleted == []
