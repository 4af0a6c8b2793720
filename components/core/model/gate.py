"""The gate: what pages say of a model is checked on two short texts when it is opened.

One check a function. Where nothing true could be shown, it raises ModelError with the reason; where a part does not
hold, it returns the sentence that pages show in its place. B texts, S tokens, L layers, H heads, D hidden size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from sentence_transformers import SentenceTransformer
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from components.core.errors import ModelError
from components.core.model import probe
from components.core.model.encoder import Encoder
from components.core.model.interventions import PositionsOff
from components.core.model.layer_parts import LayerParts
from components.core.model.loading import BUNDLED_NAME, USE_ANOTHER, first_line, open_model, source_of, transformer_of
from components.core.model.omissions import Omissions
from components.core.model.opened_model import array_of
from components.core.model.trace import Trace

_TEXT = "the cat sat"
# Two tokens, so that a model that sees some tokens to each side only sees all of them.
_WORDS = ("a", "b")
# Numbers are the same if they differ by less, as a share of the largest. 32-bit sums in another order stay far below,
# what a page would say wrongly (an addend left out, rows that are scaled) lies far above.
_ROUNDING = 1e-4
# A vector is reached if it moves by more, as a share of the largest number.
_REACHED = 1e-5


def load_encoder(name: str = BUNDLED_NAME, directory: Path | None = None) -> Encoder:
    """Open an encoder-only model, and check what pages say of it.

    name: the bundled model, a local directory or a hub id. directory: where the model lies, if it only is called by the
    name. Raises ModelError.
    """
    try:
        return _load(name, directory)
    except ModelError:
        raise
    # A file or an architecture from outside can fail in any way; the reader learns which.
    except Exception as error:
        raise ModelError(
            f"The model {name} cannot be run ({type(error).__name__}: {first_line(error)}). Use another model, such as "
            "the bundled one."
        ) from error


def _load(name: str, directory: Path | None) -> Encoder:
    source = source_of(name) if directory is None else str(directory)
    pipeline = open_model(name, source)
    transformer = transformer_of(name, pipeline)
    plain = read_plainly(name, transformer, pipeline.tokenizer)
    check_reads_both_sides(name, transformer, plain)
    # From here on the probe has the model's attention.
    encoder = Encoder(name, pipeline)
    encoder.source = source
    check_vectors_of_all_layers(name, transformer, plain)
    check_order_is_position(encoder, transformer)
    sentence_vector = check_pooling(name, pipeline, transformer)
    trace = encoder.trace(_TEXT)
    check_trace(encoder, trace, plain)
    check_sentence_vector(encoder, trace, sentence_vector)
    check_positions(encoder, trace)
    encoder.omissions = Omissions(
        embedding_sum=missing_sum(encoder, transformer, trace),
        gradients=missing_gradients(encoder, transformer, trace),
        layer_parts=missing_layer_parts(encoder, trace),
    )
    return encoder


@dataclass(frozen=True, eq=False)
class PlainReading:
    """What transformers' own eager attention makes of a text, and of two that differ from it in one token."""

    first: int  # index of the first token that was typed
    last: int  # index of the last
    hidden_states: tuple[np.ndarray, ...]  # (S, D) each, unless layers have numbers of tokens of their own
    attentions: Float[np.ndarray, "L H S keys"] | None  # None for a model that reports none
    vectors: Float[np.ndarray, "3 S D"]  # after the last layer: the text, another last token, another first token


def read_plainly(name: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> PlainReading:
    """Read the text, once with another last and once with another first token. Raises ModelError."""
    ids = np.array(tokenizer(_TEXT)["input_ids"])
    special = set(tokenizer.all_special_ids)
    typed = np.flatnonzero([number not in special for number in ids])
    first, last = (int(typed[0]), int(typed[-1])) if len(typed) else (0, len(ids) - 1)
    rows = np.stack([ids] * 3)
    for row, changed in ((1, last), (2, first)):
        rows[row, changed] = _another(int(ids[changed]), ids[typed], tokenizer)
    result = _run(name, model, rows)
    vectors = getattr(result, "last_hidden_state", None)
    states = getattr(result, "hidden_states", None)
    if vectors is None or states is None:
        raise ModelError(
            f"{type(model).__name__} ({name}) answers with one vector for a whole text and none for its tokens, so its "
            f"layers cannot be shown. {USE_ANOTHER}"
        )
    attentions = getattr(result, "attentions", None)
    return PlainReading(
        first=first,
        last=last,
        hidden_states=tuple(array_of(each[0]) for each in states),
        attentions=_stacked(attentions),
        vectors=array_of(vectors),
    )


def _another(token: int, typed: Int[np.ndarray, " T"], tokenizer: PreTrainedTokenizerBase) -> int:
    """Return another token than this one: one of the text or, where it has only this one, of the vocabulary."""
    of_text = typed[typed != token]
    return int(of_text[0]) if len(of_text) else next(each for each in tokenizer.get_vocab().values() if each != token)


def _run(name: str, model: PreTrainedModel, rows: Int[np.ndarray, "B S"]) -> object:
    ids = torch.from_numpy(rows).to(model.device)
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "output_hidden_states": True}
    with torch.inference_mode():
        try:
            return model(**inputs, output_attentions=True)
        except Exception:  # some cannot report their attention
            try:
                return model(**inputs)
            except Exception as error:
                raise ModelError(
                    f"{type(model).__name__} ({name}) cannot read a text alone ({first_line(error)}). {USE_ANOTHER}"
                ) from error


def _stacked(attentions: Sequence[Any] | None) -> Float[np.ndarray, "L H S keys"] | None:
    """Return the first text's attention weights in all layers; None where layers report none, or of other shapes."""
    shapes = {getattr(each, "shape", ()) for each in attentions or ()}
    if not attentions or len(shapes) > 1 or len(shapes.pop()) != 4:
        return None
    return np.stack([array_of(each[0]) for each in attentions])


def check_reads_both_sides(name: str, model: PreTrainedModel, plain: PlainReading) -> None:
    """Raise ModelError for a decoder: one that says so, or in which a later token reaches no earlier vector."""
    text, other_last, other_first = plain.vectors
    least = _REACHED * np.abs(text).max()

    def reached(other: np.ndarray, span: slice) -> bool:
        return bool(np.abs(other - text)[span].max(initial=0) > least)

    later_reaches_earlier = reached(other_last, slice(plain.last))
    earlier_reaches_later = reached(other_first, slice(plain.first + 1, None))
    # Where neither does, it is something else than order that keeps tokens apart, and the probe says what.
    if getattr(model.config, "is_decoder", False) or (earlier_reaches_later and not later_reaches_earlier):
        raise ModelError(
            f"{type(model).__name__} ({name}) reads only what stands before a word, as decoders do. Encoderscope shows "
            "encoders: choose a model that reads both sides, such as a BERT, RoBERTa or ModernBERT model."
        )


def check_vectors_of_all_layers(name: str, model: PreTrainedModel, plain: PlainReading) -> None:
    """Raise ModelError unless the model hands out what enters layer 1 and what each layer makes of it, to the last."""
    layers, handed_out = model.config.num_hidden_layers, len(plain.hidden_states)
    if handed_out != layers + 1 or not _same(plain.hidden_states[-1], plain.vectors[0]):
        raise ModelError(
            f"{type(model).__name__} ({name}) does not hand out the vectors of its {layers} layers one by one, the "
            f"last as it pools them, so its layers cannot be shown. {USE_ANOTHER}"
        )


def check_pooling(name: str, pipeline: SentenceTransformer, model: PreTrainedModel) -> Float[np.ndarray, " size"]:
    """Return the sentence vector that sentence-transformers makes of the text.

    Raises ModelError for a sentence configuration whose numbers are not those of the transformer.
    """
    width = model.config.hidden_size
    for module in pipeline:
        configured = getattr(module, "embedding_dimension", width) if hasattr(module, "pooling_mode") else width
        if configured != width:
            raise ModelError(
                f"The pooling configuration of {name} is for vectors of {configured} numbers, but its transformer "
                f"makes vectors of {width}. Write {width} as embedding_dimension (or word_embedding_dimension) into "
                "the config.json of its pooling, or use another model."
            )
    try:
        vector: np.ndarray = pipeline.encode(_TEXT, prompt="", show_progress_bar=False)
    except Exception as error:
        raise ModelError(
            f"What follows the transformer of {name} cannot make a sentence vector of its {width} numbers a token "
            f"({first_line(error)}). Correct its modules, or use another model."
        ) from error
    configured = pipeline.get_embedding_dimension() or width
    if len(vector) != configured:
        raise ModelError(
            f"The sentence configuration of {name} is for vectors of {configured} numbers, but it makes vectors of "
            f"{len(vector)}. Correct its modules, or use another model."
        )
    return vector


def check_trace(encoder: Encoder, trace: Trace, plain: PlainReading) -> None:
    """Raise ModelError unless the trace's attention, head by head, and its vectors are those that the model reports."""
    derived = trace.attention_weights()
    heads = 0
    if plain.attentions is not None and plain.attentions.shape == derived.shape:
        heads = int((np.abs(plain.attentions - derived).max(axis=(2, 3)) < _ROUNDING).sum())
    expected = encoder.num_layers * encoder.num_heads
    if heads != expected:
        raise ModelError(
            f"{encoder.architecture} ({encoder.name}) reports other attention than its queries and keys give, in "
            f"{expected - heads} of {expected} heads, so its heads cannot be shown. {USE_ANOTHER}"
        )
    if not _same(trace.hidden_states, np.stack(plain.hidden_states)):
        raise ModelError(
            f"{encoder.architecture} ({encoder.name}) computes other vectors when its attention is watched, so its "
            f"layers cannot be shown. {USE_ANOTHER}"
        )


def check_sentence_vector(encoder: Encoder, trace: Trace, expected: Float[np.ndarray, " size"]) -> None:
    """Raise ModelError unless the pooled vector is the one that sentence-transformers makes of the same text."""
    if not _same(trace.sentence_vector, expected):
        raise ModelError(
            f"The sentence vector that sentence-transformers makes with {encoder.name} is not the one that its "
            f"pooling makes of its last vectors, so pages would show another. {USE_ANOTHER}"
        )


def check_order_is_position(encoder: Encoder, model: PreTrainedModel) -> None:
    """Raise ModelError unless the same tokens in another order have the same vectors when positions are off."""
    one, other = (encoder.tokenize(" ".join(words)).token_ids for words in (_WORDS, _WORDS[::-1]))
    if sorted(one) != sorted(other):  # the tokenizer cuts a word otherwise at the beginning
        other = one[::-1]
    ids = torch.from_numpy(np.stack([one, other])).to(model.device)
    with torch.inference_mode(), probe.run([PositionsOff()], recorded_layers=encoder.num_layers) as seen:
        vectors = array_of(model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state)
    # A model that sees some tokens to each side only knows that much order.
    if any(record.mask is not None and bool(record.mask.any()) for record in seen.layers):
        return
    first, second = (each[np.argsort(order, kind="stable")] for each, order in zip(vectors, (one, other), strict=True))
    if not _same(first, second):
        raise ModelError(
            f"{encoder.architecture} ({encoder.name}) still tells the order of words when no position is added, so "
            f"what pages say about positions would be false. {USE_ANOTHER}"
        )


def check_positions(encoder: Encoder, trace: Trace) -> None:
    """Raise ModelError unless positions are rows of the model's table that are added, or a rotation."""
    table, added = encoder.position_embedding_table, trace.position_embeddings
    if added is None:
        known = table is None and encoder.rotates
    else:
        known = table is not None and np.array_equal(added, table[: len(added)])
    if not known:
        raise ModelError(
            f"{encoder.architecture} ({encoder.name}) encodes positions neither as rows of a table that are added nor "
            f"as a rotation of queries and keys, so its positions cannot be shown. {USE_ANOTHER}"
        )


def missing_sum(encoder: Encoder, model: PreTrainedModel, trace: Trace) -> str | None:
    """Return what stands in place of the sum of the embeddings, unless it, through the norm, is what enters layer 1."""
    addends = [trace.word_embeddings, trace.position_embeddings, trace.token_type_embeddings]
    summed = np.sum([each for each in addends if each is not None], axis=0)
    entered = summed if encoder.embedding_norm is None else encoder.embedding_norm(summed)
    if _same(entered, trace.hidden_states[0]) or _projects(model, trace, entered):
        return None
    what = (
        "multiplies the rows of its table before they enter layer 1"
        if encoder.scales_rows
        else "adds something else to the embeddings before they enter layer 1, or multiplies them"
    )
    return (
        f"{encoder.architecture} {what}: what enters is not the sum of word, position and token type. The sum is left "
        "out."
    )


def _projects(model: PreTrainedModel, trace: Trace, entered: Float[np.ndarray, "S E"]) -> bool:
    """True if a linear layer makes what enters layer 1 of these vectors."""
    with torch.inference_mode(), probe.inputs_of_linear_layers(model) as given:
        ids = torch.from_numpy(np.array(trace.token_ids))[None].to(model.device)
        model(input_ids=ids, attention_mask=torch.ones_like(ids))
        for linear, at in given:
            if at.shape[1:] == entered.shape and _same(array_of(at[0]), entered):
                return _same(array_of(linear(at)[0]), trace.hidden_states[0])
    return False


def missing_gradients(encoder: Encoder, model: PreTrainedModel, trace: Trace) -> str | None:
    """Return what stands in place of gradients, unless a text reads the same from its rows of the embedding table."""
    rows = torch.from_numpy(encoder.word_embedding_table[trace.token_ids].copy())[None].to(model.device)
    with torch.inference_mode():
        try:
            mask = torch.ones(rows.shape[:2], dtype=torch.long, device=rows.device)
            vectors = array_of(model(inputs_embeds=rows, attention_mask=mask).last_hidden_state[0])
        except Exception:  # an architecture need not take rows in place of tokens
            vectors = np.zeros_like(trace.hidden_states[-1])
    if _same(vectors, trace.hidden_states[-1]):
        return None
    return (
        f"{encoder.architecture} does not read rows of its embedding table as it reads tokens, so gradients with "
        "respect to them would explain another number. They are left out."
    )


def missing_layer_parts(encoder: Encoder, trace: Trace) -> str | None:
    """Return what stands in place of a layer's steps, unless its parts make of its input what it hands on."""
    found = [encoder.layer_parts(layer) for layer in range(encoder.num_layers)]
    known = [parts for parts in found if parts is not None]
    if len(known) == len(found) and all(_hands_on(trace, layer, parts) for layer, parts in enumerate(known)):
        return None
    why = (
        "a layer hands on something else than its attention and its network make"
        if len(known) == len(found)
        else "the parts of a layer have names that are not known"
    )
    return (
        f"In {encoder.architecture} {why}. BERT, RoBERTa, XLM-R, DistilBERT, ELECTRA, ALBERT and ModernBERT can be "
        "taken apart. The other pages work with this model."
    )


def _hands_on(trace: Trace, layer: int, parts: LayerParts) -> bool:
    """True if these parts make of what enters a layer what it hands on; the first token stands for all."""
    if parts.normalises_first and layer == trace.num_layers - 1:
        return True  # its output is normalised once more before it is handed out
    heads = trace.head_outputs(layer)[:, 0]
    joined, came_in = (
        torch.from_numpy(np.array(each))[None].to(parts.projection.weight.device)
        for each in (heads.reshape(-1), trace.hidden_states[layer][0])
    )
    with torch.inference_mode():
        out = parts.steps(came_in, joined)["out"]
    return _same(array_of(out), trace.hidden_states[layer + 1][:1])


def _same(one: Float[np.ndarray, "*shape"], other: Float[np.ndarray, "*other"]) -> bool:
    """True if both arrays hold the same numbers up to rounding; false if one holds what is no number."""
    if one.shape != other.shape:
        return False
    return bool(np.abs(one - other).max(initial=0) <= _ROUNDING * max(1.0, np.abs(other).max(initial=0)))
