"""Asking a language model: a real server of a tiny one, and one that goes wrong in every way a server can."""

import contextlib
import json
import os
import runpy
import socket
import subprocess
import sys
import threading
import time
import traceback
import urllib.request
from collections import abc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from components.core.errors import GenerationError
from components.core.retrieval.generation import language_model
from components.core.retrieval.generation.language_model import Generator, configured_generator, stream

URL, MODEL, KEY = "ENCODERSCOPE_LLM_URL", "ENCODERSCOPE_LLM_MODEL", "ENCODERSCOPE_LLM_KEY"
SECRET = "sk-a-key-nobody-may-see"


# What is configured


def test_without_an_address_a_model_or_a_key_there_is_no_generator() -> None:
    found: list[dict[str, Any]] = [{}, {"llm": {}}, {"llm": "http://a/v1"}, {"other": {"url": "http://a/v1"}}]
    for secrets in (None, *found):
        assert configured_generator({"PATH": "/bin", URL: " ", MODEL: "", KEY: ""}, secrets) is None


def test_the_environment_configures_a_generator_and_blanks_around_a_value_are_dropped() -> None:
    given = {URL: " http://127.0.0.1:8000/v1\n", MODEL: " tiny ", KEY: f"{SECRET}\n"}
    assert configured_generator(given) == Generator("http://127.0.0.1:8000/v1", "tiny", SECRET)
    assert configured_generator(given | {KEY: ""}) == Generator("http://127.0.0.1:8000/v1", "tiny", None)


def test_secrets_configure_a_generator_where_the_environment_says_nothing() -> None:
    secrets = {"llm": {"url": "https://example.org/v1", "model": "m", "key": SECRET}}
    assert configured_generator({}, secrets) == Generator("https://example.org/v1", "m", SECRET)


def test_a_key_among_the_secrets_is_not_sent_to_a_server_named_in_the_environment() -> None:
    secrets = {"llm": {"url": "https://example.org/v1", "model": "m", "key": SECRET}}
    found = configured_generator({URL: "http://127.0.0.1:8000/v1", MODEL: "tiny"}, secrets)
    assert found == Generator("http://127.0.0.1:8000/v1", "tiny", None)


@pytest.mark.parametrize(
    ("given", "missing"),
    [({URL: "http://a/v1"}, MODEL), ({MODEL: "m"}, URL), ({KEY: SECRET, MODEL: "m"}, URL)],
)
def test_what_is_configured_in_part_is_refused_by_naming_what_is_missing(given: dict[str, str], missing: str) -> None:
    secrets = {"llm": {"url": "https://example.org/v1", "model": "m"}}
    with pytest.raises(GenerationError, match=f"{missing} is missing"):
        configured_generator(given, secrets)
    named = {language_model.VARIABLES[name]: value for name, value in given.items()}
    with pytest.raises(GenerationError, match=f"{missing} is missing"):
        configured_generator({}, {"llm": named})


@pytest.mark.parametrize(
    "url",
    ["localhost:8000/v1", "ftp://a/v1", "http://", "http:///v1", "http://a:port/v1", "http://[::1/v1", "http://a b/v1"],
)
def test_an_address_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(GenerationError, match="no address of a server"):
        configured_generator({URL: url, MODEL: "m"})


@pytest.mark.parametrize("key", ["sk-ключ", "sk-a\nb"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(GenerationError, match=f"^{KEY} holds characters that no key has") as refusal:
        configured_generator({URL: "http://a/v1", MODEL: "m", KEY: key})
    assert key not in str(refusal.value)


def test_neither_a_key_nor_a_password_in_the_address_is_shown() -> None:
    generator = Generator("http://name:password@127.0.0.1:8000/v1", "tiny", SECRET)
    assert generator.host == "127.0.0.1:8000"
    assert SECRET not in repr(generator)


def test_the_client_is_imported_only_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    # None stands for a module that cannot be imported.
    monkeypatch.setitem(sys.modules, "openai", None)
    namespace = runpy.run_path(str(Path(language_model.__file__)))
    generator = namespace["configured"]({URL: "http://a/v1", MODEL: "m"})
    with pytest.raises(ModuleNotFoundError, match="openai"):
        next(namespace["stream"](generator, "Hello"))


# A real server


PROMPT = "the dough is kneaded for ten minutes"
_WORDS = [*PROMPT.split(), "and", "an", "oven", "must", "be", "hot", "it", "rests", "under", "a", "cloth"]


def tiny_decoder(directory: Path) -> tuple[str, str]:
    """Save a decoder with random weights, whose greedy answer to PROMPT ends by itself. Returns its path and answer."""
    vocabulary = {word: number for number, word in enumerate(["<end>", "<unknown>", *_WORDS])}
    splitter = Tokenizer(WordLevel(vocabulary, unk_token="<unknown>"))
    splitter.pre_tokenizer = Whitespace()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=splitter,
        unk_token="<unknown>",
        eos_token="<end>",
        pad_token="<end>",
        chat_template="{{ messages[-1]['content'] }}",
    )
    config = transformers.LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=128,
        initializer_range=1.0,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    for seed in range(100):
        torch.manual_seed(seed)
        model = transformers.LlamaForCausalLM(config).eval()
        words = greedy(model, tokenizer, 12)
        if words[-1] == "<end>" and len(set(words)) > 4 and "<unknown>" not in words:
            model.save_pretrained(directory)
            tokenizer.save_pretrained(directory)
            return str(directory), " ".join(words[:-1])
    raise AssertionError("No seed gives an answer that ends.")


def greedy(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, most: int) -> list[str]:
    """The words that are likeliest after PROMPT, one after the other, the end among them if it is reached."""
    ids = tokenizer(PROMPT, add_special_tokens=False, return_tensors="pt")["input_ids"]
    for _ in range(most):
        with torch.inference_mode():
            following = model(ids).logits[0, -1].argmax()
        ids = torch.cat([ids, following.reshape(1, 1)], dim=1)
        if following == tokenizer.eos_token_id:
            break
    return [str(tokenizer.convert_ids_to_tokens(number)) for number in ids[0, len(PROMPT.split()) :].tolist()]


def until_it_fails(pieces: Iterator[str], says: str) -> tuple[str, GenerationError]:
    """What comes before a failure that says so, and the failure."""
    came: list[str] = []
    with pytest.raises(GenerationError, match=says) as failure:
        came.extend(pieces)
    return "".join(came), failure.value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(name: str, directory: Path) -> Iterator[Generator]:
    """Start `transformers serve` with the model of that name, and end it. directory: where it may write."""
    port = free_port()
    log_file, command = directory / "log", str(Path(sys.executable).with_name("transformers"))
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [command, "serve", name, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(directory), "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        end = time.monotonic() + 120
        while not answers(f"http://127.0.0.1:{port}/health"):
            assert process.poll() is None, log_file.read_text()
            assert time.monotonic() < end, log_file.read_text()
            time.sleep(0.05)
        yield Generator(f"http://127.0.0.1:{port}/v1", name)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


# One test, since a server takes a while to start, and tests of one file may run in several processes.
def test_a_real_server_streams_what_its_model_generates_stops_at_the_limit_and_refuses_other_models(
    tmp_path: Path,
) -> None:
    name, expected = tiny_decoder(tmp_path / "model")
    with served(name, tmp_path) as generator:
        pieces = list(stream(generator, PROMPT))
        assert len(pieces) > 1
        assert "".join(pieces).strip() == expected
        cut_off = stream(generator, PROMPT, most_tokens=3)
        came, _ = until_it_fails(cut_off, "cut off: it reached the limit of 3 tokens")
        assert came.split() == expected.split()[:3]
        other = stream(Generator(generator.base_url, "nobody/knows-it"), PROMPT)
        until_it_fails(other, r"refuses the request \(400\): “.*nobody/knows-it.*”$")


# A server that goes wrong


@dataclass
class Fake:
    """A server whose answer is decided by the first part of the path."""

    port: int
    requests: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)  # headers and bodies
    released: threading.Event = field(default_factory=threading.Event)  # ends what would go on
    left_alone: threading.Event = field(default_factory=threading.Event)  # who asked has hung up

    def generator(self, case: str, key: str | None = SECRET) -> Generator:
        return Generator(f"http://127.0.0.1:{self.port}/{case}/v1", "tiny", key)


class Handler(BaseHTTPRequestHandler):
    fake: Fake

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
        case = self.path.split("/")[1]
        # Who asks may be gone before it is all said.
        with contextlib.suppress(ConnectionError):
            if case.isdigit():
                self.fail(int(case))
            else:
                CASES[case](self)

    def fail(self, status: int, **error: str) -> None:
        """Answer with an error that repeats the key, as no server should and some do."""
        said = {"message": f"wrong: {self.headers['Authorization']} " + "and so on " * 100, **error}
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        # What a client that tries again would wait for.
        self.send_header("Retry-After", "30")
        self.end_headers()
        self.wfile.write(json.dumps({"error": said}).encode())

    def begin(self, content_type: str = "text/event-stream", length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def say(self, event: Any) -> None:
        data = event if isinstance(event, str) else json.dumps(event)
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def piece(self, finish_reason: str | None = None, **delta: str) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        self.say({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})


def _whole(to: Handler) -> None:
    to.begin()
    to.piece(role="assistant")
    to.piece(content="Ten ")
    to.piece(content="minutes.")
    to.piece("stop")
    # Some tell at the end what it cost, with no choices or without that word.
    to.say({"id": "1", "object": "chat.completion.chunk", "usage": {"total_tokens": 9}})
    to.say({"id": "1", "object": "chat.completion.chunk", "choices": [], "usage": {"total_tokens": 9}})
    to.say("[DONE]")


def _said(*deltas: dict[str, str], reason: str | None) -> Callable[[Handler], None]:
    """A server that says these pieces, and why it stops."""

    def answer(to: Handler) -> None:
        to.begin()
        for delta in deltas:
            to.piece(**delta)
        if reason:
            to.piece(reason)
            to.say("[DONE]")

    return answer


def _silent(to: Handler) -> None:
    to.fake.released.wait(2)


def _falls_silent(to: Handler) -> None:
    to.begin()
    to.piece(content="Ten ")
    to.fake.released.wait(2)


def _goes_on(to: Handler) -> None:
    to.begin()
    try:
        while not to.fake.released.wait(0.01):
            to.piece(content="and so on ")
    except ConnectionError:
        to.fake.left_alone.set()


def _breaks(to: Handler) -> None:
    to.begin(length=100_000)
    to.piece(content="Ten ")


def _hangs_up(to: Handler) -> None:
    to.close_connection = True


def _events(*events: Any, content_type: str = "text/event-stream") -> Callable[[Handler], None]:
    def answer(to: Handler) -> None:
        to.begin(content_type)
        for event in events:
            to.say(event)

    return answer


def _page(to: Handler) -> None:
    to.begin("text/html")
    to.wfile.write(b"<html>Welcome</html>")


def _new_name(to: Handler) -> None:
    """As OpenAI's own server does for models that reason."""
    if "max_tokens" in to.fake.requests[-1][1]:
        to.fail(400, param="max_tokens", code="unsupported_parameter")
    else:
        _whole(to)


_TEN = {"content": "Ten "}
CASES: dict[str, Callable[[Handler], None]] = {
    "whole": _whole,
    "new_name": _new_name,
    "silent": _silent,
    "falls_silent": _falls_silent,
    "goes_on": _goes_on,
    "breaks": _breaks,
    "hangs_up": _hangs_up,
    "no_end": _said(_TEN, reason=None),
    "nothing": _said(reason="stop"),
    "blank": _said({"content": " \n"}, reason="stop"),
    "limit": _said(_TEN, reason="length"),
    "filter": _said(_TEN, reason="content_filter"),
    "refusal": _said({"refusal": "I cannot "}, {"refusal": "say that."}, reason="stop"),
    "error": _events({"error": {"message": f"Out of memory, {SECRET}"}}),
    "no_json": _events("{not json"),
    "other_json": _events({"choices": [{"delta": "Ten"}]}),
    "list": _events([1, 2]),
    "page": _page,
}


@pytest.fixture(scope="module")
def server() -> Iterator[Fake]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        fake = Handler.fake = Fake(listening.server_address[1])
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield fake
        finally:
            fake.released.set()
            listening.shutdown()
            thread.join()


@pytest.fixture
def fake(server: Fake) -> Fake:
    server.requests.clear()
    return server


def ask(generator: Generator, read_seconds: float = 5.0) -> abc.Generator[str, None, None]:
    return stream(generator, "How long?", most_tokens=50, connect_seconds=5.0, read_seconds=read_seconds)


def test_the_answer_is_joined_from_pieces_and_only_the_prompt_is_sent(fake: Fake) -> None:
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
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    assert list(ask(fake.generator("whole", key=None))) == ["Ten ", "minutes."]
    headers, _ = fake.requests[0]
    assert "authorization" not in headers
    assert SECRET not in str(headers)


def test_a_server_that_knows_the_limit_by_its_new_name_only_is_asked_by_that(fake: Fake) -> None:
    assert list(ask(fake.generator("new_name"))) == ["Ten ", "minutes."]
    assert [body.get("max_completion_tokens") for _, body in fake.requests] == [None, 50]


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
        ("refusal", "", r"refuses to answer: “I cannot say that.”"),
        ("error", "", r"reports an error: “Out of memory, …”"),
        ("no_json", "", r"cannot be read as an answer"),
        ("other_json", "", r"cannot be read as an answer"),
        ("list", "", r"cannot be read as an answer"),
        ("page", "", r"not as an OpenAI-compatible one does"),
    ],
)
def test_what_goes_wrong_is_said_in_words_at_once_and_without_the_key(
    fake: Fake, case: str, before: str, says: str
) -> None:
    came, failure = until_it_fails(ask(fake.generator(case)), says)
    assert came == before
    assert len(fake.requests) == 1
    assert len(str(failure)) < 500
    assert SECRET not in "".join(traceback.format_exception(failure))


@pytest.mark.parametrize(("case", "before"), [("silent", ""), ("falls_silent", "Ten ")])
def test_a_server_that_says_nothing_for_too_long_is_given_up(fake: Fake, case: str, before: str) -> None:
    answer = ask(fake.generator(case), read_seconds=0.3)
    came, _ = until_it_fails(answer, r"took too long: .* 5 seconds to be reached, and 0\.3 until")
    assert came == before
    assert len(fake.requests) == 1


def test_a_server_that_is_not_there_is_named(fake: Fake) -> None:
    nobody = Generator(f"http://127.0.0.1:{free_port()}/v1", "tiny", SECRET)
    with pytest.raises(GenerationError, match=f"^{nobody.host} cannot be reached"):
        list(ask(nobody))


def test_a_host_that_cannot_be_spelled_is_named_too() -> None:
    with pytest.raises(GenerationError, match=r"^a\.\.b cannot be reached"):
        list(ask(Generator("http://a..b/v1", "tiny")))


def test_closing_the_answer_hangs_up(fake: Fake) -> None:
    pieces = ask(fake.generator("goes_on"))
    assert next(pieces) == "and so on "
    pieces.close()
    assert fake.left_alone.wait(10)
