"""The file with a classifier in it."""

from collections.abc import Callable

import pytest

from components.core import Encoder
from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.export import export_classifier
from tests.support.sentiment_page import (
    BAGS,
    EXPORT,
    METHODS,
    SHIPPED_CLASSES,
    LabelledTexts,
    inputs_of,
    sections,
    visit,
)

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")


@pytest.mark.parametrize("method", METHODS)
def test_the_file_is_the_exported_classifier_without_any_text_and_ten_lines_read_it(
    method: ClassifierMethod, encoder: Encoder, reviews: LabelledTexts, offered: dict[str, Callable[[], bytes]]
) -> None:
    opened = visit(screen=EXPORT, classifier=method)
    name = f"encoderscope-{method.lower().replace(' ', '-')}.safetensors"
    content = offered[name]()
    assert content == export_classifier(reviews.classifier(method), encoder)
    assert not any(text.encode() in content for text in reviews.texts)
    (code,) = opened.app.code
    lines = str(code.value).splitlines()
    assert len(lines) <= 10
    assert f'"{name}"' in code.value
    compile(code.value, name, "exec")
    assert ("fetches the encoder from Hugging Face’s hub" in opened.words) == (method not in BAGS)
    assert f"{method} in {len(content) / 1000:,.0f} kB, and {len(lines)} lines of code to use it" in sections(opened)


@pytest.mark.parametrize("method", METHODS)
def test_the_example_of_the_code_is_one_that_the_classifier_gets_right(
    method: ClassifierMethod, encoder: Encoder, reviews: LabelledTexts
) -> None:
    assert 'probabilities(["What a wonderful film."])' in visit(screen=EXPORT, classifier=method).app.code[0].value
    example = reviews.probabilities(method, inputs_of(encoder, ["What a wonderful film."]))
    assert example[0, SHIPPED_CLASSES.index("positive")] > 0.5
