"""Asking a language model: the answer as a stream, and every failure of a server as a sentence without the key."""

import traceback
from collections import abc
from collections.abc import Iterator

import pytest

from components.core.errors import GenerationError
from components.core.retrieval.generation.language_model import Generator, stream
from tests.support.chat_server import SECRET, FakeServer, free_port, read_until_error, running_server


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with running_server() as fake:
        yield fake


@pytest.fixture
def fake(server: FakeServer) -> FakeServer:
    server.requests.clear()
    return server


def ask(generator: Generator, read_seconds: float = 5.0) -> abc.Generator[str, None, None]:
    return stream(generator, "How long?", most_tokens=50, connect_seconds=5.0, read_seconds=read_seconds)


def test_the_answer_is_joined_from_pieces_and_only_the_prompt_is_sent(fake: FakeServer) -> None:
    assert list(ask(fake.generator("whole"))) == ["Ten ", "minutes."]
    ((headers, body),) = fake.requests
    assert headers["authorization"] == f"Bearer {SECRET}"
    assert body == {
        "model": "tiny",
        "messages": [{"role": "user", "content": "How long?"}],
        "stream": True,
        "max_tokens": 50,
    }


def test_without_a_key_none_is_sent_not_even_that_of_another_service(
    fake: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    assert list(ask(fake.generator("whole", key=None))) == ["Ten ", "minutes."]
    headers, _ = fake.requests[0]
    assert "authorization" not in headers
    assert SECRET not in str(headers)


def test_a_server_that_knows_the_limit_by_its_new_name_only_is_asked_by_that(fake: FakeServer) -> None:
    assert list(ask(fake.generator("new_name"))) == ["Ten ", "minutes."]
    assert [body.get("max_completion_tokens") for _, body in fake.requests] == [None, 50]


@pytest.mark.parametrize(
    ("case", "answer"),
    [
        ("odd_pieces", "Ten minutes."),
        ("halves", "Hot 🍕! \ufffdend \ufffd"),
        ("half_at_end", "Hot \ufffd"),
        ("thinks", "Ten Ten "),
        ("begins_alike", "<think ice>"),
        ("ends_alike", " <thi"),
    ],
)
def test_of_what_a_server_sends_the_answer_alone_is_read_and_every_character_is_whole(
    fake: FakeServer, case: str, answer: str
) -> None:
    assert "".join(ask(fake.generator(case))) == answer


@pytest.mark.parametrize(
    ("case", "before", "says"),
    [
        ("401", "", r"does not accept the key \(401\)"),
        ("403", "", r"does not accept the key \(403\)"),
        ("404", "", r"knows no model “tiny”, .* \(404\)"),
        ("429", "", r"enough questions .* \(429\)"),
        ("500", "", r"failed \(500\)"),
        ("503", "", r"failed \(503\)"),
        ("400", "", r"refuses the request \(400\): “.*wrong: Bearer … and so on .*…”$"),
        ("hangs_up", "", r"cannot be reached"),
        ("breaks", "Ten ", r"broke off within the answer"),
        ("no_end", "Ten ", r"broke off before its end"),
        ("nothing", "", r"empty answer"),
        ("blank", " \n", r"empty answer"),
        ("limit", "Ten ", r"cut off: it reached the limit of 50 tokens"),
        ("filter", "Ten ", r"content filter objects"),
        ("filter_without_delta", "Ten ", r"content filter objects"),
        ("only_thinks", "", r"empty answer"),
        ("refusal", "", r"refuses to answer: “I cannot say that.”"),
        ("error", "", r"reports an error: “Out of memory, …”"),
        ("no_json", "", r"cannot be read as an answer"),
        ("other_json", "", r"cannot be read as an answer"),
        ("list", "", r"cannot be read as an answer"),
        ("page", "", r"not as an OpenAI-compatible one does"),
    ],
)
def test_what_goes_wrong_is_said_in_words_at_once_and_without_the_key(
    fake: FakeServer, case: str, before: str, says: str
) -> None:
    came, failure = read_until_error(ask(fake.generator(case)), says)
    assert came == before
    assert len(fake.requests) == 1
    assert len(str(failure)) < 500
    assert SECRET not in "".join(traceback.format_exception(failure))


@pytest.mark.parametrize(("case", "before"), [("silent", ""), ("falls_silent", "Ten ")])
def test_a_server_that_says_nothing_for_too_long_is_given_up(fake: FakeServer, case: str, before: str) -> None:
    answer = ask(fake.generator(case), read_seconds=0.3)
    came, _ = read_until_error(answer, r"took too long: .* 5 seconds to be reached, and 0\.3 until")
    assert came == before
    assert len(fake.requests) == 1


def test_a_server_that_is_not_there_is_named(fake: FakeServer) -> None:
    nobody = Generator(f"http://127.0.0.1:{free_port()}/v1", "tiny", SECRET)
    with pytest.raises(GenerationError, match=f"^{nobody.host} cannot be reached"):
        list(ask(nobody))


def test_a_host_that_cannot_be_spelled_is_named_too() -> None:
    with pytest.raises(GenerationError, match=r"^a\.\.b cannot be reached"):
        list(ask(Generator("http://a..b/v1", "tiny")))


def test_closing_the_answer_hangs_up(fake: FakeServer) -> None:
    pieces = ask(fake.generator("goes_on"))
    assert next(pieces) == "and so on "
    pieces.close()
    assert fake.left_alone.wait(10)
