"""`transformers serve` with a tiny model streams what the model generates."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from transformers.cli.serve import Serve

from components.core import Encoder
from components.core.model.prompts import TextKind
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.generation.language_model import Generator, stream, write
from components.core.retrieval.search.hyde import hypothetical_passage, prompt_for_passage
from tests.support.chat_server import free_port, read_until_error
from tests.support.reference import assert_close

PROMPT = "the dough is kneaded for ten minutes"
QUESTION = "for ten minutes the dough is kneaded, and then?"
_WORDS = [*PROMPT.split(), "and", "an", "oven", "must", "be", "hot", "it", "rests", "under", "a", "cloth"]


def tiny_decoder(directory: Path, prompts: Sequence[str]) -> tuple[str, list[str]]:
    """Save a decoder with random weights, whose greedy answers to these prompts end. Returns its path and answers."""
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
        max_position_embeddings=256,
        initializer_range=1.0,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    for seed in range(1_000):
        torch.manual_seed(seed)
        model = transformers.LlamaForCausalLM(config).eval()
        answers: list[str] = []
        for prompt in prompts:
            words = greedy(model, tokenizer, prompt, 12)
            if words[-1] == "<end>" and len(set(words)) > 4 and "<unknown>" not in words:
                answers.append(" ".join(words[:-1]))
            else:
                break
        if len(answers) == len(prompts):
            model.save_pretrained(directory)
            tokenizer.save_pretrained(directory)
            return str(directory), answers
    raise AssertionError("No seed gives answers that end.")


def greedy(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, prompt: str, most: int) -> list[str]:
    """Return the most likely next words after a prompt, one after the other, with the end if it is reached."""
    ids = tokenizer(prompt, add_special_tokens=False, return_tensors="pt")["input_ids"]
    asked = ids.shape[1]
    for _ in range(most):
        with torch.inference_mode():
            following = model(ids).logits[0, -1].argmax()
        ids = torch.cat([ids, following.reshape(1, 1)], dim=1)
        if following == tokenizer.eos_token_id:
            break
    return [str(tokenizer.convert_ids_to_tokens(number)) for number in ids[0, asked:].tolist()]


@contextlib.contextmanager
def running_transformers_server(name: str) -> Iterator[Generator]:
    """Run the server of `transformers serve` with a model: in a thread, which saves the seconds of its imports."""
    port = free_port()
    server = Serve(force_model=name, device="cpu", host="127.0.0.1", port=port, non_blocking=True)
    try:
        end = time.monotonic() + 120
        while not server.server.started:
            assert time.monotonic() < end
            time.sleep(0.01)
        yield Generator(f"http://127.0.0.1:{port}/v1", name)
    finally:
        server.kill_server()


def test_a_real_server_streams_what_its_model_generates_stops_at_the_limit_and_refuses_other_models(
    tmp_path: Path, encoder: Encoder
) -> None:
    name, (expected, passage) = tiny_decoder(tmp_path / "model", [PROMPT, prompt_for_passage(QUESTION)])
    with running_transformers_server(name) as generator:
        pieces = list(stream(generator, PROMPT))
        assert len(pieces) > 1
        assert "".join(pieces).strip() == expected
        cut_off = stream(generator, PROMPT, most_tokens=3)
        came, _ = read_until_error(cut_off, "cut off: it reached the limit of 3 tokens")
        assert came.split() == expected.split()[:3]
        # A passage that it writes is searched with as a passage.
        made_up = hypothetical_passage(
            QUESTION,
            lambda prompt: write(generator, prompt, most_tokens=50),
            lambda texts, kind: normalise_rows(encoder.encode(texts, kind=kind)),
            with_question=False,
        )
        assert made_up.text == passage
        vector = normalise_rows(encoder.encode([passage], kind=TextKind.PASSAGE))[0]
        assert_close(made_up.question.after, vector, 1e-6)
        other = stream(Generator(generator.base_url, "nobody/knows-it"), PROMPT)
        read_until_error(other, r"refuses the request \(400\): “.*nobody/knows-it.*”$")
