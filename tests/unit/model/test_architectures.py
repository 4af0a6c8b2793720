"""README's table of architectures says what becomes of each when it is opened."""

from transformers.models.auto.modeling_auto import (
    MODEL_FOR_MASKED_LM_MAPPING_NAMES,
    MODEL_FOR_TEXT_ENCODING_MAPPING_NAMES,
)

from tests.support.architectures import ARCHITECTURES, table
from tests.support.paths import ROOT

#: Kinds that transformers lists among models that read text, but which are made of parts that see or hear.
_SEE_OR_HEAR = {"emu3", "llama4", "mllama", "modernvbert", "molmo2_text", "neomme", "ultravbert"}


def test_the_table_of_architectures_in_the_readme_is_what_becomes_of_tiny_models_of_them() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    first = lines.index("| | architectures |")
    assert lines[first : lines.index("", first)] == table().splitlines()


def test_every_kind_of_encoder_that_transformers_has_is_in_the_table() -> None:
    kinds = {make_config().model_type for make_config, _ in ARCHITECTURES.values()}
    of_transformers = {*MODEL_FOR_MASKED_LM_MAPPING_NAMES, *MODEL_FOR_TEXT_ENCODING_MAPPING_NAMES}
    assert of_transformers - kinds - _SEE_OR_HEAR == set()
