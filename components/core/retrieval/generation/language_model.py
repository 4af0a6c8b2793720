"""A language model on any server that speaks the OpenAI protocol, and its answer as a stream.

No error that is raised here contains the key: messages of a server are quoted without it.
"""

import re
from collections import abc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from components.core.errors import GenerationError

if TYPE_CHECKING:
    import openai
    import openai.types.chat

#: Environment variable of a setting → its name in the section [llm] of the secrets.
VARIABLES: Final = {"ENCODERSCOPE_LLM_URL": "url", "ENCODERSCOPE_LLM_MODEL": "model", "ENCODERSCOPE_LLM_KEY": "key"}
_URL, _MODEL, _KEY = VARIABLES

# Around what a model that reasons says before its answer, where the server does not keep it apart.
_OPENED, _CLOSED = "<think>", "</think>"
_FIRST_HALVES = tuple(map(chr, range(0xD800, 0xDC00)))

# The most characters of a server's message that are quoted.
_MOST_QUOTED = 300


@dataclass(frozen=True)
class Generator:
    """A language model and the server that runs it."""

    base_url: str  # such as "http://127.0.0.1:8000/v1"
    model: str
    key: str | None = field(default=None, repr=False)  # None if the server needs none

    @property
    def host(self) -> str:
        """The server's name and, if the address has one, its port.

        >>> Generator("http://127.0.0.1:8000/v1", "tiny").host
        '127.0.0.1:8000'
        """
        # The part before an @ may be a password.
        return urlsplit(self.base_url).netloc.rpartition("@")[2]


def configured_generator(environment: Mapping[str, str], secrets: Mapping[str, Any] | None = None) -> Generator | None:
    """Return the language model that the operator of the app has configured; None if there is none.

    environment: may contain VARIABLES. secrets: may contain url, model and key in a section "llm"; they are read only
    if the environment has none of the variables, so that a key is never sent to a server named elsewhere. Raises
    GenerationError for an incomplete or wrong configuration.
    """
    given = {name: environment.get(name, "").strip() for name in VARIABLES}
    if not any(given.values()):
        section = (secrets or {}).get("llm")
        if not isinstance(section, Mapping):
            return None
        given = {name: str(section.get(short, "")).strip() for name, short in VARIABLES.items()}
        if not any(given.values()):
            return None
    for name in (_URL, _MODEL):
        if not given[name]:
            raise GenerationError(
                f"A language model is configured only in part: {name} is missing (as a secret: "
                f"{VARIABLES[name]} in the section llm)."
            )
    if not _is_address(given[_URL]):
        raise GenerationError(
            f"{_URL} is no address of a server: it must begin with http:// or https://, name a host, and usually "
            "ends in /v1."
        )
    # The key is sent in a header, which allows no other characters.
    if not (given[_KEY].isascii() and given[_KEY].isprintable()):
        raise GenerationError(f"{_KEY} holds characters that no key has. Copy it again.")
    return Generator(given[_URL], given[_MODEL], given[_KEY] or None)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError if it is no number
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search("[^!-~]", url)


def stream(
    generator: Generator,
    prompt: str,
    most_tokens: int = 1024,
    connect_seconds: float = 5.0,
    read_seconds: float = 60.0,
) -> abc.Generator[str, None, None]:
    """Yield the model's answer piece by piece, as it arrives, without what it thinks before.

    most_tokens: of the answer. connect_seconds: to reach the server. read_seconds: of silence before and within the
    answer. There are no retries. Raises GenerationError, also after some pieces: then the answer is incomplete. To
    close the iterator ends the request.
    """
    # The import takes most of a second, so it waits until a model is asked.
    import openai

    client = openai.OpenAI(
        base_url=generator.base_url,
        # If this were None, the client would take OpenAI's key from the environment.
        api_key=generator.key or "none",
        timeout=openai.Timeout(read_seconds, connect=connect_seconds),
        max_retries=0,
    )
    with (
        client,
        _generation_errors(generator, connect_seconds, read_seconds),
        _request(client, generator, prompt, most_tokens) as chunks,
    ):
        yield from _pieces(chunks, most_tokens)


def write(
    generator: Generator,
    prompt: str,
    most_tokens: int = 1024,
    connect_seconds: float = 5.0,
    read_seconds: float = 60.0,
) -> str:
    """Return the model's whole answer, as stream() yields it. Raises GenerationError, also for an incomplete one."""
    return "".join(stream(generator, prompt, most_tokens, connect_seconds, read_seconds))


def _request(
    client: "openai.OpenAI", generator: Generator, prompt: str, most_tokens: int
) -> "openai.Stream[openai.types.chat.ChatCompletionChunk]":
    import openai

    def send(max_tokens: int | openai.Omit, max_completion_tokens: int | openai.Omit) -> Any:
        return client.chat.completions.create(
            model=generator.model,
            messages=[{"role": "user", "content": prompt}],
            stream=True,
            max_tokens=max_tokens,
            max_completion_tokens=max_completion_tokens,
            extra_headers=None if generator.key else {"Authorization": openai.omit},
        )

    try:
        return send(most_tokens, openai.omit)
    except openai.BadRequestError as error:
        # Most servers know this name, but OpenAI's own refuses it for models that reason.
        if error.param != "max_tokens":
            raise
        return send(openai.omit, most_tokens)
    except openai.APITimeoutError:
        raise
    # An impossible host name fails when it is encoded for the look-up.
    except (openai.APIConnectionError, UnicodeError):
        raise GenerationError(
            f"{generator.host} cannot be reached. Is the server running, and is its address right?"
        ) from None


def _pieces(chunks: Iterator["openai.types.chat.ChatCompletionChunk"], most_tokens: int) -> Iterator[str]:
    refusal, reason, anything, text = "", None, False, False
    answer = _Answer()
    try:
        for chunk in chunks:
            # The last chunk may contain the cost of the answer, and no choice. The client passes on what is null.
            for choice in ((chunk and chunk.choices) or ())[:1]:
                anything = True
                reason = choice.finish_reason or reason
                # Some servers say the reason of the end, or of a content filter, in a choice without words.
                if choice.delta is None:
                    continue
                if choice.delta.refusal:
                    refusal += choice.delta.refusal
                if piece := answer.take(choice.delta.content or ""):
                    text = text or bool(piece.strip())
                    yield piece
        if piece := answer.rest():
            text = text or bool(piece.strip())
            yield piece
    except (ValueError, TypeError, AttributeError):
        # The data is no JSON, or JSON of another form, which the client does not check.
        raise GenerationError("The server sent something that cannot be read as an answer.") from None
    if refusal:
        raise GenerationError(f"The model refuses to answer: “{_quoted(refusal)}”")
    if reason == "content_filter":
        raise GenerationError("The server withheld the answer, or its end: its content filter objects. Ask otherwise.")
    if not anything:
        raise GenerationError(
            "The server answered, but not as an OpenAI-compatible one does. Is its address right, and does it end in "
            "/v1?"
        )
    if reason is None:
        raise GenerationError("The answer broke off before its end. Ask again.")
    if reason == "length":
        raise GenerationError(f"The answer was cut off: it reached the limit of {most_tokens:,} tokens.")
    if not text:
        raise GenerationError("The model gave an empty answer. Ask again, or change the template.")


class _Answer:
    """Divides what a model says into its answer and what it thinks before, between <think> and </think>.

    Text is held back as long as it may be the beginning of either, or half of a character: some servers send the two
    UTF-16 units of an emoji in two pieces. A half whose other half does not come is replaced: no text may hold it.
    """

    def __init__(self) -> None:
        self._held = ""
        self._begun = self._thinks = False

    def take(self, piece: str) -> str:
        """Return what is known to be answer after another piece."""
        self._held += piece
        if not self._begun:
            start = self._held.lstrip()
            if _OPENED.startswith(start) and start != _OPENED:
                return ""
            self._begun, self._thinks = True, start.startswith(_OPENED)
        if self._thinks:
            _, closed, after = self._held.partition(_CLOSED)
            if not closed:
                return ""
            self._held, self._thinks = after.lstrip(), False
        ready = len(self._held) - (self._held[-1:] in _FIRST_HALVES)
        answer, self._held = self._held[:ready], self._held[ready:]
        return _whole_characters(answer)

    def rest(self) -> str:
        """Return what was held back at the end of a stream; nothing of a thought without an end."""
        return "" if self._thinks else _whole_characters(self._held)


def after_thoughts(text: str) -> str:
    """Return an answer without thoughts whose beginning nobody marked: some servers write <think> into the prompt.

    >>> after_thoughts("It is hot, so\\n</think>\\n\\nTen"), after_thoughts("Ten")
    ('Ten', 'Ten')
    """
    _, closed, after = text.rpartition(_CLOSED)
    return after.lstrip() if closed else text


def _whole_characters(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@contextmanager
def _generation_errors(generator: Generator, connect_seconds: float, read_seconds: float) -> Iterator[None]:
    """Turn errors of the client into GenerationError."""
    import openai

    try:
        yield
    except openai.APITimeoutError:
        raise GenerationError(
            f"{generator.host} took too long: it has {connect_seconds:g} seconds to be reached, and {read_seconds:g} "
            "until the next piece of its answer. Ask again, with fewer sources if it is slow."
        ) from None
    except openai.APIConnectionError:
        raise GenerationError(f"The connection to {generator.host} broke off within the answer. Ask again.") from None
    except openai.APIStatusError as error:
        raise GenerationError(_status(generator, error)) from None
    except openai.APIError as error:
        raise GenerationError(f"{generator.host} reports an error: {_message(generator, error)}") from None


def _status(generator: Generator, error: "openai.APIStatusError") -> str:
    status = error.status_code
    if status in (401, 403):
        return (
            f"{generator.host} does not accept the key ({status}). The operator of Encoderscope can correct it: {_KEY}."
        )
    if status == 404:
        return (
            f"{generator.host} knows no model “{generator.model}”, or its address is not right: it usually ends in "
            "/v1 (404)."
        )
    if status == 429:
        return f"{generator.host} has had enough questions for now, or the account is used up (429). Wait a little."
    if status >= 500:
        return f"{generator.host} failed ({status}). Ask again in a moment."
    return f"{generator.host} refuses the request ({status}): {_message(generator, error)}"


def _message(generator: Generator, error: "openai.APIError") -> str:
    """Return the server's message about an error, without the key."""
    # Servers built with FastAPI, such as `transformers serve`, put it into a field that the client does not read.
    detail = error.body.get("detail") if isinstance(error.body, Mapping) else None
    message = detail if isinstance(detail, str) else error.message
    if generator.key:
        message = message.replace(generator.key, "…")
    return f"“{_quoted(message)}”"


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST_QUOTED else text[: _MOST_QUOTED - 1] + "…"
