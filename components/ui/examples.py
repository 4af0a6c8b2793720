"""The example sentences; the first is the one that the app opens with."""

from components.ui.assets import read_toml

EXAMPLES: dict[str, str] = {example["name"]: example["text"] for example in read_toml("examples")["example"]}
DEFAULT_TEXT = next(iter(EXAMPLES.values()))
