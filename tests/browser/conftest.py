"""One server for all tests in a browser, and one browser and one tab for each process of tests, always watched."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.browser import get_browser
from tests.browser.class_steps import PHONE, JoinClass, Phone
from tests.browser.reader import Reader, Watch
from tests.browser.server import Server

# A busy machine gets its time; what is right is found right at once.
_PATIENCE = 90_000
expect.set_options(timeout=_PATIENCE)

# The browser itself must be as quiet as the app, or its own requests would be mistaken for the app's.
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Theme = Literal["light", "dark"]

#: The colour of the page in each theme.
GROUNDS: dict[Theme, str] = {"light": "rgb(251, 250, 246)", "dark": "rgb(22, 24, 29)"}

DESK: ViewportSize = {"width": 1280, "height": 900}

# Modules whose tests share servers or a training of their own: one process starts them, before all else, since they
# take longest.
# The mark that pytest-xdist has for this, xdist_group, is not seen by its version 3.8 under pytest 9.2.
_TOGETHER = (
    "test_large_upload.py",
    "test_replicas.py",
    "test_own_server.py",
    "test_websocket_session.py",
    "test_blank.py",
    "test_train.py",
)
# What takes long comes before what does not, so that no process is busy long after the others.
_LONG = (*_TOGETHER, "test_screens.py", "test_accessibility.py", "test_layout.py")

#: What a test may do: give one more person a browser.
NewReader = Callable[[Server], Reader]


_SHARED = pytest.StashKey[Server]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the server that several processes of tests share, while they themselves are starting (see pytest-xdist)."""
    stash = node.config.stash
    if _SHARED not in stash:
        stash[_SHARED] = Server(Path(tempfile.mkdtemp(prefix="encoderscope-server-")))
        stash[_SHARED].begin()
    node.workerinput["server"] = (str(stash[_SHARED].directory), stash[_SHARED].port)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out tests one by one, and those that share servers of their own together (see pytest-xdist)."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.partition("::")[0]
            return module if module.endswith(_TOGETHER) else nodeid

    config.option.loadscopereorder = False
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    places = {name: place for place, name in enumerate(_LONG)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server that this process has started for others."""
    if shared := config.stash.get(_SHARED, None):
        shared.end()
        shutil.rmtree(shared.directory, ignore_errors=True)


@pytest.fixture(scope="package")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that the tests share. Whatever they do, it never fails and never reaches out."""
    if shared := getattr(request.config, "workerinput", {}).get("server"):
        directory, port = shared
        running = Server(Path(directory), port=port)
        running.wait()
        yield running
    else:
        with Server(tmp_path_factory.mktemp("server")).running() as running:
            yield running
    assert "Traceback" not in running.log, running.log
    assert running.connections == []


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser that the tests share."""
    program = get_browser.find()
    if program is None:
        pytest.fail("There is no browser: run `python -m tests.browser.get_browser`.")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=_OPTIONS)
        yield running
        running.close()


def watched_context(browser: Browser, server: Server, **options: Any) -> tuple[BrowserContext, Watch]:
    """Open a context of the browser, in which a busy machine gets its time, and watch what it does."""
    context = browser.new_context(**options)
    context.set_default_timeout(_PATIENCE)
    return context, Watch(context, server.origin)


@pytest.fixture(scope="package")
def desk(browser: Browser, server: Server) -> Iterator[tuple[Page, Watch]]:
    """One tab that stays open from test to test: loading the app into a fresh one takes twice as long."""
    context, watch = watched_context(browser, server, viewport=DESK)
    yield context.new_page(), watch
    context.close()


@pytest.fixture
def reader(desk: tuple[Page, Watch], server: Server) -> Iterator[Reader]:
    """One person at a desk, for whom all is new; this test may have shown no error and reached for nothing outside."""
    page, watch = desk
    watch.problems.clear()
    page.set_viewport_size(DESK)
    page.emulate_media(media="null", color_scheme="light", reduced_motion="no-preference")
    yield Reader(page, server.origin)
    if page.evaluate("location.origin") == server.origin:
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
    # Leaving ends the session, so that nothing of it can happen in the next test.
    page.goto("about:blank")
    assert watch.problems == []


@pytest.fixture
def new_reader(browser: Browser) -> Iterator[NewReader]:
    """Give one more person a browser of their own; the same is asked of it."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def new(server: Server) -> Reader:
        opened.append(watched_context(browser, server, viewport=DESK))
        return Reader(opened[-1][0].new_page(), server.origin)

    yield new
    for context, _ in opened:
        context.close()
    assert [problem for _, watch in opened for problem in watch.problems] == []


@pytest.fixture
def phones(browser: Browser, server: Server) -> Iterator[JoinClass]:
    """Give phones to a class of the server that the tests share; the same is asked of them."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def join(code: str, count: int = 1) -> list[Phone]:
        joined = []
        for _ in range(count):
            opened.append(watched_context(browser, server, viewport=PHONE, has_touch=True))
            joined.append(Phone(opened[-1][0], server.origin, code))
        return joined

    yield join
    for context, _ in opened:
        context.close()
    # A phone without a network says so to its own console.
    problems = [problem for _, watch in opened for problem in watch.problems]
    assert [problem for problem in problems if "ERR_INTERNET_DISCONNECTED" not in problem] == []
