"""The browser for the tests is the one that was asked for, or none."""

import os
import sys

import pytest

from tests.browser import get_browser


def test_the_browser_found_is_a_program_that_runs() -> None:
    found = get_browser.find()
    assert found is not None
    assert os.access(found, os.X_OK)


def test_the_one_that_is_named_comes_before_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    # Any program that answers to --version will do here.
    monkeypatch.setenv(get_browser.VARIABLE, sys.executable)
    assert get_browser.find() == sys.executable


@pytest.mark.parametrize("named", ["no-such-browser", "/dev/null", "/bin/false"])
def test_a_named_one_that_does_not_run_is_said_and_nothing_is_installed(
    named: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(get_browser.VARIABLE, named)
    monkeypatch.setattr(get_browser, "_installers", lambda: pytest.fail("It tried to install one."))
    assert get_browser.main() == 1
    assert f"{get_browser.VARIABLE} names {named}, which is no program that runs." in capsys.readouterr().err


def test_where_none_can_be_found_or_installed_the_way_out_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(get_browser, "find", lambda: None)
    monkeypatch.delenv(get_browser.VARIABLE, raising=False)
    monkeypatch.setattr(get_browser, "_installers", lambda: [[sys.executable, "-c", "raise SystemExit(1)"]])
    assert get_browser.main() == 1
    assert "Install one so that it is on the PATH as chromium" in capsys.readouterr().err
