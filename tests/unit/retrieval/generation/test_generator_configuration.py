"""The language model is configured by the environment or by secrets, and a key is shown nowhere."""

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from components.core.errors import GenerationError
from components.core.retrieval.generation import language_model
from components.core.retrieval.generation.language_model import Generator, configured_generator
from tests.support.chat_server import SECRET

URL, MODEL, KEY = "ENCODERSCOPE_LLM_URL", "ENCODERSCOPE_LLM_MODEL", "ENCODERSCOPE_LLM_KEY"


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
    generator = namespace["configured_generator"]({URL: "http://a/v1", MODEL: "m"})
    with pytest.raises(ModuleNotFoundError, match="openai"):
        next(namespace["stream"](generator, "Hello"))
