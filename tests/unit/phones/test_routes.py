"""What phones ask of the server, and what it answers."""

import json
import re
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from components.core.classroom.codes import new_secret
from components.core.classroom.questions import answer_from_json
from components.core.classroom.room import Room
from components.core.classroom.rooms import MOST_WRONG_CODES
from components.core.classroom.sqlite_store import SqliteRooms
from components.core.errors import StoreError
from tests.support.phones import CHOICE, NUMBER, PATIENCE, PLACE, SECRET, TEXT, Served

pytest_plugins = ["tests.support.phone_fixtures"]


def problem(reply: Any) -> str:
    """The sentence that whoever holds the phone reads."""
    found: str = reply.json["problem"]
    assert found.endswith(".")
    return found


# ------------------------------------------------------------------ joining


def test_a_phone_joins_with_the_code_alone_in_small_letters_and_sees_the_question(served: Served) -> None:
    room = served.open(NUMBER)
    reply = served.post(f"/class/{room.code.lower()}/join", {"key": ""})
    assert reply.status == 200
    assert served.rooms.store.has_device(room.code, reply.json["device"])
    assert reply.json["state"]["question"]["text"] == "How much?"
    assert room.key not in reply.body.decode()
    assert room.host not in reply.body.decode()
    assert "0.83" not in reply.body.decode()


@pytest.mark.parametrize("code", ["BBBB", "kx", "KXP1", "%F0%9F%98%80", "K%00PM", "A" * 2_000])
def test_a_wrong_code_is_said_to_be_wrong(served: Served, code: str) -> None:
    reply = served.post(f"/class/{code}/join", {"key": ""})
    assert reply.status == 404
    assert problem(reply).startswith("There is no room with this code")


@pytest.mark.parametrize("what", ["join", "answer", "events", "watch", "lead"])
def test_who_guesses_codes_is_held_up_by_whichever_way_he_tries(served: Served, what: str) -> None:
    room = served.open(NUMBER)

    def guess(code: str) -> Any:
        path, device = f"/class/{code}/{what}", new_secret()
        if what in ("events", "watch"):
            return served.get(f"{path}?device={device}")
        return served.post(path, {"device": device, "round": 1, "answer": 0.5, "secret": device, "address": "/"})

    assert [guess("BBBB").status for _ in range(MOST_WRONG_CODES)] == [404] * MOST_WRONG_CODES
    for code in ("BBBB", room.code):
        reply = guess(code)
        assert (reply.status, reply.headers["Retry-After"]) == (429, "60")


def test_wrong_codes_of_one_phone_disturb_nobody_who_is_in_or_has_scanned_the_code(served: Served) -> None:
    room = served.open(NUMBER)
    device = served.join(room)
    for _ in range(MOST_WRONG_CODES):
        served.post("/class/BBBB/join", {"key": ""})
    assert served.post(f"/class/{room.code}/join", {"key": ""}).status == 429
    assert served.post(f"/class/{room.code}/join", {"key": room.key}).status == 200
    assert served.answer(room, device, 0.5).status == 200
    assert served.events(room, device).response.status == 200
    assert served.stream(f"/class/{room.code}/watch?k={room.key}").response.status == 200
    assert served.post(f"/class/{room.code}/lead", {"secret": SECRET, "address": "/"}).status == 200


def test_a_full_room_says_that_it_is_full(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.core.classroom.sqlite_store.MOST_DEVICES", 1)
    room = served.open()
    served.join(room)
    reply = served.post(f"/class/{room.code}/join", {"key": room.key})
    assert (reply.status, problem(reply)) == (409, "This room is full, or has just ended.")


# ------------------------------------------------------------------ answering


@pytest.mark.parametrize(
    ("asking", "sent", "kept"),
    [
        (NUMBER, 0.62345, 0.62),
        (CHOICE, 2, 2),
        (PLACE, [0.25, 0.123456], [0.25, 0.1235]),
        (TEXT, " Not\n bad ", "Not bad"),
    ],
)
def test_an_answer_is_kept_and_said_as_it_is_kept(served: Served, asking: Any, sent: Any, kept: Any) -> None:
    room = served.open(asking)
    device = served.join(room)
    reply = served.answer(room, device, sent)
    assert (reply.status, reply.json) == (200, {"answer": kept})
    assert served.rooms.store.answers(room.code, 1) == {device: answer_from_json(kept)}


HOSTILE: list[Any] = [
    None, True, "0.5", "", [], {}, [0.5], [[0.5, 0.5]], 1.5, -1, 3, 10**400, [0.5, 10**400], ["0.1", 0.1], "x" * 201,
    "\u202e\u0000", {"answer": 1},
]  # fmt: skip


@pytest.mark.parametrize("asking", [NUMBER, CHOICE, PLACE, TEXT], ids=lambda asking: asking.question.kind.value)
def test_an_answer_that_does_not_fit_is_refused_with_a_sentence(served: Served, asking: Any) -> None:
    room = served.open(asking)
    for answer in HOSTILE:
        if asking is TEXT and answer == "0.5":
            continue
        # A device of its own each, since one may not answer so often.
        reply = served.answer(room, served.join(room), answer)
        assert reply.status == 400, (answer, reply.body)
        problem(reply)
    assert served.rooms.store.answers(room.code, 1) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff", b"null", b"[]", b'"text"', b"[" * 4_000, b'{"device":' * 400, b'{"answer": NaN}',
        b'{"answer": Infinity}', b"1" * 4_000,
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_refused(served: Served, body: bytes) -> None:
    room = served.open(NUMBER)
    assert served.post(f"/class/{room.code}/answer", body).status == 400


def test_strange_devices_keys_and_rounds_are_refused_and_break_nothing(served: Served) -> None:
    room = served.open(NUMBER)
    device = served.join(room)
    strange: Any
    for strange in (None, 1, [], {}, "", "é", "\ud800", "\x00", "0" * 31, "0" * 33, device.upper() + "x"):
        assert served.answer(room, strange, 0.5).status == 404
        assert served.post(f"/class/{room.code}/join", {"key": strange}).status == 200
        assert served.post(f"/class/{room.code}/lead", {"secret": strange, "address": "/"}).status == 403
    for strange in (None, True, "1", 1.0, 0, -1, 2**40, 10**300, [1]):
        assert served.answer(room, served.join(room), 0.5, strange).status == 409
    assert served.get(f"/class/{room.code}/events?device=%ED%A0%80").status == 404
    assert served.get(f"/class/{room.code}/events").status == 404


def test_a_megabyte_is_refused_without_being_read(served: Served) -> None:
    room = served.open(TEXT)
    device = served.join(room)
    for size in (4_097, 1_000_000):
        reply = served.answer(room, device, "x" * size)
        assert reply.status == 413
        problem(reply)
    assert served.answer(room, device, "x" * 200).status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"])
def test_only_json_is_read(served: Served, kind: str) -> None:
    room = served.open(NUMBER)
    assert served.post(f"/class/{room.code}/join", {"key": ""}, Content_Type=kind).status == 415


def test_devices_of_other_rooms_are_strangers(served: Served) -> None:
    room, other = served.open(NUMBER), served.open(NUMBER)
    stranger = served.join(other)
    reply = served.answer(room, stranger, 0.5)
    assert (reply.status, problem(reply)) == (404, "This phone is not in the room. Join again.")
    assert served.answer(room, stranger, 0.5, 7).status == 404
    assert served.get(f"/class/{room.code}/events?device={stranger}").status == 404
    assert served.rooms.store.answers(room.code, 1) == {}


def test_an_answer_after_the_reveal_is_refused_and_the_earlier_one_counts(served: Served) -> None:
    room = served.open(NUMBER)
    device = served.join(room)
    served.answer(room, device, 0.4)
    served.rooms.reveal(room)
    reply = served.answer(room, device, 0.83)
    assert (reply.status, problem(reply)) == (409, "This question is closed; your last answer counts.")
    assert served.rooms.store.answers(room.code, 1) == {device: 0.4}


def test_a_question_may_be_answered_in_the_moment_it_is_asked(served: Served) -> None:
    room = served.open()
    device = served.join(room)  # since then the server knows the room
    room = served.rooms.ask(room, NUMBER)
    assert served.answer(room, device, 0.5).status == 200


def test_answers_to_a_room_that_has_ended_are_refused(served: Served) -> None:
    room = served.open(NUMBER)
    device = served.join(room)
    served.rooms.end(room)
    reply = served.answer(room, device, 0.4)
    assert reply.status == 404
    assert reply.json["ended"]


def send_without_waiting(port: int, room: Room, device: str, answers: Sequence[float]) -> list[tuple[int, str]]:
    """Send answers one after the other down one connection, and return the status and the text of each reply."""
    requests = []
    for answer in answers:
        body = json.dumps({"device": device, "round": 1, "answer": answer})
        head = f"POST /class/{room.code}/answer HTTP/1.1\r\nHost: class\r\nContent-Type: application/json\r\n"
        requests.append(f"{head}Content-Length: {len(body)}\r\n\r\n{body}")
    requests[-1] = requests[-1].replace("\r\n", "\r\nConnection: close\r\n", 1)
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection, ThreadPoolExecutor(1) as sender:
        sending = sender.submit(connection.sendall, "".join(requests).encode())
        received = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
        sending.result()
    return [(int(each[:3]), each) for each in received.split("HTTP/1.1 ")[1:]]


def test_of_ten_thousand_answers_of_a_device_the_last_that_was_acknowledged_counts_and_others_are_heard(
    served: Served,
) -> None:
    room = served.open(NUMBER)
    hostile, other = served.join(room), served.join(room)
    acknowledged = []
    for start in range(0, 10_000, 1_000):
        answers = [number % 100 / 100 for number in range(start, start + 1_000)]
        replies = send_without_waiting(served.port, room, hostile, answers)
        assert len(replies) == 1_000
        for answer, (status, text) in zip(answers, replies, strict=True):
            if status == 200:
                acknowledged.append(answer)
            else:
                assert status == 429
                assert re.search(r"retry-after: [1-9]", text)
        # Whoever shares the address is not held up.
        assert served.answer(room, other, 0.5).status == 200
    assert 10 <= len(acknowledged) < 500
    assert served.rooms.store.answers(room.code, 1) == {hostile: acknowledged[-1], other: 0.5}


def test_answers_that_wait_together_are_written_together_and_cost_no_reads(served: Served) -> None:
    room = served.open(NUMBER)
    devices = [served.join(room) for _ in range(40)]
    store: Any = served.rooms.store
    reads = store.reads
    with ThreadPoolExecutor(40) as threads:
        replies = list(threads.map(lambda device: served.answer(room, device, 0.5).status, devices))
    assert replies == [200] * 40
    assert sum(store.batches) == 40
    assert len(store.batches) < 20
    assert store.reads == reads
    assert served.rooms.store.answers(room.code, 1) == dict.fromkeys(devices, 0.5)


def test_an_answer_is_acknowledged_only_when_it_can_be_read_by_another_process(served: Served, tmp_path: Any) -> None:
    room = served.open(NUMBER)
    device = served.join(room)
    assert served.answer(room, device, 0.5).status == 200
    assert SqliteRooms(tmp_path / "rooms.sqlite").answers(room.code, 1) == {device: 0.5}


def test_a_store_that_fails_loses_no_acknowledged_answer_and_is_tried_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = served.open(NUMBER)
    device = served.join(room)

    def fail(*_: Any) -> Any:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as failing:
        failing.setattr(served.rooms.store, "answer", fail)
        reply = served.answer(room, device, 0.5)
        assert (reply.status, reply.headers["Retry-After"]) == (503, "2")
        assert "disk" not in problem(reply)
    assert served.answer(room, device, 0.6).status == 200


# ------------------------------------------------------------------ other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "same-origin", "Origin": "http://127.0.0.1:1"},
    ],
)
def test_what_another_site_sends_is_refused(served: Served, headers: dict[str, str]) -> None:
    room = served.open(NUMBER)
    device = served.join(room)
    for path, body in (
        ("join", {"key": room.key}),
        ("answer", {"device": device, "round": 1, "answer": 0.5}),
        ("lead", {"secret": SECRET, "address": "/"}),
    ):
        assert served.post(f"/class/{room.code}/{path}", body, **headers).status == 403
    if headers != {"Sec_Fetch_Site": "none"}:
        for path in (f"events?device={device}", "watch"):
            assert served.get(f"/class/{room.code}/{path}", **headers).status == 403


def test_the_own_page_and_a_plain_client_are_answered_without_leave_for_others(served: Served) -> None:
    room = served.open(NUMBER)
    own = {"Origin": f"http://127.0.0.1:{served.port}"}
    for headers in ({}, own, own | {"Sec_Fetch_Site": "same-origin"}):
        reply = served.post(f"/class/{room.code}/join", {"key": ""}, **headers)
        assert reply.status == 200
        assert not [name for name in reply.headers if name.lower().startswith("access-control")]
        assert "set-cookie" not in reply.headers
        assert reply.headers["Cache-Control"] == "no-store"


# ------------------------------------------------------------------ streams


def test_a_phone_hears_of_questions_answers_and_the_end(served: Served) -> None:
    room = served.open()
    device = served.join(room)
    stream = served.events(room, device)
    assert stream.response.headers["Content-Type"].startswith("text/event-stream")
    assert stream.response.headers["Cache-Control"] == "no-store"
    assert stream.response.headers["X-Accel-Buffering"] == "no"
    assert stream.next() == ("state", {"version": 1, "code": room.code, "question": None, "mine": None})
    room = served.rooms.ask(room, NUMBER)
    name, data = stream.next()
    assert (name, data["question"]["round"], data["question"]["open"]) == ("state", 1, True)
    assert "truth" not in data["question"]
    served.answer(room, device, 0.8)
    served.rooms.reveal(room)
    question = stream.next()[1]["question"]
    assert (question["truth"], question["answered"], question["near"], question["median"]) == (0.8312, 1, 1, 0.8)
    served.rooms.end(room)
    assert stream.next() == ("end", {})
    assert stream.next() == ("closed", None)


def test_a_phone_that_comes_back_hears_its_own_answer_first(served: Served) -> None:
    room = served.open(TEXT)
    devices = [served.join(room) for _ in range(3)]
    for device in devices[:2]:
        served.answer(room, device, f"mine is {device}")
    streams = [served.events(room, device) for device in devices]
    answers = [stream.next()[1]["mine"] for stream in streams]
    assert answers == [f"mine is {devices[0]}", f"mine is {devices[1]}", None]


def test_what_does_not_concern_phones_wakes_none(served: Served) -> None:
    room = served.open(NUMBER)
    stream = served.events(room, served.join(room))
    watch = served.stream(f"/class/{room.code}/watch")
    assert stream.next()[1]["version"] == 2
    assert served.post(f"/class/{room.code}/lead", {"secret": SECRET, "address": "/tokens"}).status == 200
    watch.until(lambda state: state["address"] == "/tokens")
    served.rooms.reveal(room)
    assert stream.next()[1]["version"] == 4


def test_a_person_counts_once_however_many_streams_and_is_gone_when_they_are(served: Served) -> None:
    room = served.open(NUMBER)
    watch = served.stream(f"/class/{room.code}/watch")
    first, second = served.join(room), served.join(room)
    streams = [served.events(room, device) for device in (first, first, second)]
    state = watch.until(lambda state: state["people"] == 2)
    assert state == {"version": 2, "people": 2, "answered": 0, "open": True, "address": "", "decided": 0}
    served.answer(room, first, 0.5)
    watch.until(lambda state: state["answered"] == 1)
    for stream in streams:
        stream.close()
    watch.until(lambda state: state["people"] == 0)
    served.rooms.end(room)
    assert watch.next()[0] == "end"


def test_a_fourth_stream_of_a_device_ends_its_first(served: Served) -> None:
    room = served.open()
    device = served.join(room)
    streams = [served.events(room, device) for _ in range(4)]
    assert [stream.next()[0] for stream in streams] == ["state"] * 4
    assert streams[0].next() == ("closed", None)
    served.rooms.ask(room, NUMBER)
    assert [stream.next()[0] for stream in streams[1:]] == ["state"] * 3


def test_a_stream_is_closed_now_and_then_so_that_only_who_is_still_there_counts(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.ui.phones.streams._LASTS", 0.1)
    monkeypatch.setattr("components.ui.phones.streams._QUIET", 0.05)
    room = served.open()
    device = served.join(room)
    stream = served.events(room, device)
    assert [stream.next()[0], stream.next()[0]] == ["state", "closed"]
    assert served.events(room, device).next()[0] == "state"


def test_a_class_that_comes_back_together_reads_its_answers_together(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = served.open(NUMBER)
    devices = [served.join(room) for _ in range(30)]
    for device in devices:
        served.answer(room, device, 0.5)
    reads = []
    read = served.rooms.store.answers

    def count(*of: Any) -> Any:
        reads.append(of)
        time.sleep(0.1)
        return read(*of)

    monkeypatch.setattr(served.rooms.store, "answers", count)
    with ThreadPoolExecutor(30) as threads:
        found = list(threads.map(lambda device: served.events(room, device).next()[1]["mine"], devices))
    assert found == [0.5] * 30
    assert len(reads) < 15


def test_two_rooms_hear_nothing_of_each_other(served: Served) -> None:
    room, other = served.open(), served.open()
    stream, others = served.events(room, served.join(room)), served.events(other, served.join(other))
    assert (stream.next()[1]["code"], others.next()[1]["code"]) == (room.code, other.code)
    served.rooms.ask(room, NUMBER)
    assert stream.next()[1]["question"]["text"] == "How much?"
    served.rooms.ask(other, CHOICE)
    assert others.next()[1]["question"]["text"] == "Which?"


def test_streams_outlive_a_store_that_fails_for_a_while(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    room = served.open()
    stream = served.events(room, served.join(room))
    stream.next()
    failed = []

    def fail(*_: Any) -> Any:
        failed.append(True)
        raise StoreError("The disk is full.")

    with monkeypatch.context() as failing:
        failing.setattr(served.rooms.store, "heads", fail)
        while not failed:
            time.sleep(0.01)
    served.rooms.ask(room, NUMBER)
    assert stream.next()[1]["question"]["text"] == "How much?"


# ------------------------------------------------------------------ leading


@pytest.mark.parametrize("address", ["/", "", "/encoderscope/tokens?text=It+was+late.&screen=cut", "/" + "é" * 3_000])
def test_the_teachers_browser_says_what_it_shows(served: Served, address: str) -> None:
    room = served.open()
    reply = served.post(f"/class/{room.code}/lead", {"secret": SECRET, "address": address})
    assert (reply.status, reply.json) == (200, {"address": address})
    found = served.rooms.store.read(room.code)
    assert found is not None
    assert found.address == address


@pytest.mark.parametrize(
    "address",
    [
        "//elsewhere",
        "/\\elsewhere",
        "https://elsewhere",
        "javascript:alert(1)",
        "/\n",
        "/\u0000",
        "tokens",
        1,
        None,
        ["/"],
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(served: Served, address: Any) -> None:
    room = served.open()
    assert served.post(f"/class/{room.code}/lead", {"secret": SECRET, "address": address}).status == 400


def test_nobody_else_leads(served: Served) -> None:
    room, other = served.open(), served.rooms.open("6" * 32)
    for secret in ("", "6" * 32, room.host, room.key, served.join(room)):
        assert served.post(f"/class/{room.code}/lead", {"secret": secret, "address": "/"}).status == 403
    assert served.post(f"/class/{other.code}/lead", {"secret": SECRET, "address": "/"}).status == 403


# ------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/class/KXPM/join"), ("GET", "/class/KXPM/more"), ("POST", "/class/KXPM/events"), ("GET", "/class/a/b/c")],
)
def test_other_addresses_below_are_said_to_be_empty(served: Served, method: str, path: str) -> None:
    reply = served.get(path) if method == "GET" else served.post(path, {})
    assert reply.status == 404
    problem(reply)


def test_what_is_said_is_utf_8_and_never_markup(served: Served) -> None:
    room = served.open(TEXT)
    device = served.join(room)
    nasty = "<script>alert(1)</script> & “é” 😀"
    reply = served.answer(room, device, nasty)
    assert json.loads(reply.body.decode("utf-8")) == {"answer": nasty}
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
