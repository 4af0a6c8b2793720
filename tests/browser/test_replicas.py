"""Two replicas behind a real HAProxy, under a path: readers stay on theirs, and outlive its end.

Rooms of a class stand in a real Redis, as they do where replicas run on several machines.
"""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, WebSocket, expect
from redis import Redis

from deploy.serve import Replicas, answers, balanced, find_haproxy, free_ports
from tests.browser.class_steps import PHONE, Phone, open_room, pill
from tests.browser.conftest import DESK
from tests.browser.reader import Reader
from tests.browser.server import Server
from tests.support.app_pages import PAGES
from tests.support.redis_server import running_redis

PATH = "/encoderscope"
# A busy machine gets its time; what is right is found right at once.
_PATIENCE = 180


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """What the replicas keep rooms in."""
    with running_redis(tmp_path_factory.mktemp("redis")) as server, Redis.from_url(server.url) as client:
        yield client


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory, redis: Redis) -> Iterator[Replicas]:
    """Two replicas with one folder for files."""
    if find_haproxy() is None:
        pytest.fail("There is no HAProxy: run `python -m tests.browser.get_haproxy`.")
    address = redis.get_connection_kwargs()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in Server(tmp_path_factory.mktemp("replicas"), warm=False).environment.items():
            patch.setenv(name, value)
        patch.setenv("ENCODERSCOPE_REDIS_URL", f"redis://{address['host']}:{address['port']}/0")
        running = Replicas(2, PATH)
        try:
            wait_until(running.are_ready)
            yield running
        finally:
            running.end()


@pytest.fixture(scope="module")
def origin(replicas: Replicas) -> Iterator[str]:
    """The address of the app behind HAProxy."""
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}{PATH}"
    with balanced(replicas.ports, f"127.0.0.1:{port}", PATH):
        wait_until(lambda: answers(f"{address}/_stcore/health"))
        yield address


@pytest.fixture
def readers(browser: Browser, replicas: Replicas, origin: str) -> Iterator[list[Reader]]:
    """A reader on each replica."""
    replicas.restart_ended()
    wait_until(replicas.are_ready)
    opened: list[BrowserContext] = []
    found: dict[str, Reader] = {}
    while len(found) < 2:
        assert len(opened) < 6, "all readers came to one replica"
        context = browser.new_context(viewport=DESK)
        context.set_default_timeout(_PATIENCE * 1_000)
        opened.append(context)
        reader = Reader(context.new_page(), origin)
        reader.open("Tokens", text="Norm drinks tea")
        found.setdefault(replica_of(reader), reader)
    yield list(found.values())
    for context in opened:
        context.close()


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.1)


def replica_of(reader: Reader) -> str:
    """The replica to which the reader's cookie leads, as HAProxy names it: by its port; "" while it does not answer."""
    try:
        headers = reader.page.context.request.get(f"{reader.origin}/_stcore/health").headers
    except Error:
        return ""
    return headers.get("encoderscope-replica", "")


def connections_of(reader: Reader) -> list[WebSocket]:
    """The websockets that the reader's page opens from now on; the list grows with each."""
    opened: list[WebSocket] = []
    reader.page.on("websocket", lambda socket: opened.append(socket))
    return opened


def port_of(replica: str) -> int:
    """The port of a replica, by HAProxy's name for it."""
    return int(replica.removeprefix("replica"))


def kill(replicas: Replicas, name: str) -> int:
    """End a replica as a crash does; returns the id of the process that was."""
    process = replicas.processes()[port_of(name)]
    os.kill(process, signal.SIGKILL)
    return process


def upload(reader: Reader, number: int) -> None:
    """Hand over a table of its own, and see that the map is about it."""
    reader.press("Your own data")
    hand_over(reader, number)


def hand_over(reader: Reader, number: int) -> None:
    """Hand over a table of its own where a file is asked for, and see that the map is about it."""
    rows = ["text", *(f"Sentence {each} of table {number} is short." for each in range(number + 3))]
    choose_file(reader, f"table{number}.csv", "\n".join(rows).encode())
    expect(reader.heading).to_contain_text(f"{number + 3} sentences")
    reader.settled()


def choose_file(reader: Reader, name: str, content: bytes) -> None:
    """Choose a table where a file is asked for."""
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    reader.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def test_twenty_uploads_and_a_saved_picture_reach_the_readers_own_replica(readers: list[Reader]) -> None:
    for reader in readers:
        replica = replica_of(reader)
        reader.open("Sentence map", source="File", map="PCA")
        for number in range(10):
            upload(reader, number)
        reader.open_save_menu()
        save = reader.page.get_by_role("button", name=re.compile("^Save .+ as SVG$")).first
        assert Path(reader.saved(save.click).path()).stat().st_size > 1_000
        reader.reload()
        assert replica_of(reader) == replica


def test_under_a_path_every_way_leads_to_its_page(readers: list[Reader]) -> None:
    reader = readers[0]
    for title in PAGES:
        reader.go_to(title)
        assert reader.page.url.startswith(reader.origin)
    reader.open("Tokens", screen="the vocabulary", text="Norm drinks tea")
    reader.follow_next("Embeddings")
    assert reader.sentence.input_value() == "Norm drinks tea"
    assert reader.page.url.startswith(f"{reader.origin}/embeddings?")
    reader.open("Overview")
    reader.press("Start a lesson")
    reader.page.get_by_role("link", name=re.compile("^Five minutes")).click()
    for stop in ("1 of 5", "2 of 5"):
        expect(reader.main.locator(".es-lesson")).to_contain_text(stop)
        assert reader.page.evaluate("location.href").startswith(f"{reader.origin}/")
        reader.settled()
        reader.page.keyboard.press("ArrowRight")


def test_readers_of_a_killed_replica_go_on_at_the_other_with_their_sentence_and_place(
    replicas: Replicas, readers: list[Reader]
) -> None:
    lost, other = readers
    for reader, cups in zip(readers, (2, 3), strict=True):
        reader.open("Attention", text=f"Norm drinks {cups} cups of tea", screen="one head", layer=3, head=5)
    titles = [reader.heading.inner_text() for reader in readers]
    assert all(title.startswith("Head 5 of layer 3") for title in titles)
    place = lost.page.url
    gone, stays = (replica_of(reader) for reader in readers)
    opened = [connections_of(reader) for reader in readers]
    process = kill(replicas, gone)
    # The browser comes back by itself, to the replica that is left.
    wait_until(lambda: replica_of(lost) == stays and bool(opened[0]))
    # Until it is there, nothing can be picked.
    expect(lost.page.get_by_role("radio", name="all heads", exact=True)).to_be_enabled()
    lost.settled()
    assert lost.page.url == place
    assert lost.heading.inner_text() == titles[0]
    lost.pick("Screen", "all heads")
    expect(lost.sentence).to_have_value("Norm drinks 2 cups of tea")
    lost.pick("Screen", "one head")
    expect(lost.heading).to_have_text(titles[0])
    # The replica is started again, and serves.
    replicas.restart_ended()
    wait_until(replicas.are_ready)
    assert replicas.processes()[port_of(gone)] != process
    # The other reader has noticed nothing of all this: the connection is the one from before.
    assert replica_of(other) == stays
    assert other.heading.inner_text() == titles[1]
    assert opened[1] == []


def test_an_upload_that_dies_with_its_replica_is_made_again_at_the_other(
    replicas: Replicas, readers: list[Reader]
) -> None:
    lost, other = readers
    for reader in readers:
        reader.open("Sentence map", source="File", map="PCA")
    upload(other, 1)
    gone, stays = (replica_of(reader) for reader in readers)
    opened = connections_of(lost)
    # Slow enough to be in the middle of it: 20 s for 4 MB.
    network = lost.page.context.new_cdp_session(lost.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    network.send("Network.emulateNetworkConditions", slow)
    lost.press("Your own data")
    with lost.page.expect_request("**/_stcore/upload_file/**"):
        choose_file(lost, "half.csv", b"text\n" + b"A sentence that is never read.\n" * 130_000)
    kill(replicas, gone)
    wait_until(lambda: replica_of(lost) == stays and bool(opened))
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    lost.settled()
    # The page is where it was, the file is marked as not read, and can be handed over again.
    expect(lost.heading).to_have_text("No sentences to map")
    expect(lost.page.get_by_text("half.csv")).to_be_visible()
    hand_over(lost, 5)
    expect(other.heading).to_contain_text("4 sentences")


def test_a_class_of_two_replicas_is_one_and_outlives_the_end_of_its_teachers(
    replicas: Replicas, readers: list[Reader], redis: Redis, browser: Browser, origin: str
) -> None:
    teacher, laptop = readers
    teacher.open("Positions", text="Norm drinks tea")
    code = open_room(teacher)
    laptop.open("Positions", text="Norm drinks tea", room=code)
    contexts = [browser.new_context(viewport=PHONE) for _ in range(4)]
    phones = [Phone(each, origin, code) for each in contexts]
    expect(pill(teacher)).to_contain_text("5 in")
    # Each replica holds the streams of some.
    assert redis.hlen(f"encoderscope:room:{{{code}}}:presence") == 2
    question = teacher.heading.inner_text()
    teacher.press("Ask the class")
    expect(laptop.main.get_by_text("Your teacher asks.")).to_be_visible()
    for count, phone in enumerate(phones[:2], 1):
        phone.expect_question(question)
        phone.answer(0.2 * count)
        expect(pill(teacher)).to_contain_text(f"{count} of 5 answered")
    kill(replicas, replica_of(teacher))
    for phone in phones[2:]:
        phone.answer(0.8)
    wait_until(lambda: replica_of(teacher) == replica_of(laptop))
    expect(pill(teacher)).to_contain_text("4 of 5 answered")
    teacher.settled()
    teacher.press("Show the answer")
    expect(teacher.main.locator(".es-verdict")).to_contain_text("4 answers, median 0.60")
    expect(laptop.main.locator(".es-verdict")).to_contain_text("4 answers, median 0.60")
    for phone in phones:
        expect(phone.page.locator(".numbers")).to_contain_text("0.60Middle of the class")
    for each in contexts:
        each.close()
