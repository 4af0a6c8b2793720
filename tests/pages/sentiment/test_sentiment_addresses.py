"""Links restore the Sentiment page, other pages leave it alone, and other models open it."""

from pathlib import Path

import pytest

from tests.support.sentiment_page import (
    BAYES,
    BOUNDARY,
    EXPORT,
    LOGISTIC,
    ON_THE_MAP,
    ORDER,
    PAGE,
    PRAISE,
    SCREENS,
    TF_IDF,
    TRAIN,
    TYPED,
    LabelledTexts,
    box,
    curves,
    own_topics,
    page,
    sections,
    visit,
    words,
)
from tests.support.tiny_models import save_pooled
from tests.support.visit import Visit

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")


def test_a_link_restores_view_text_classifier_and_network() -> None:
    opened = visit(
        PRAISE,
        screen=TRAIN,
        classifier=TF_IDF,
        decision_seen=ON_THE_MAP,
        hidden_units="7",
        epochs="4",
        learning_rate="0.03",
        network_seed="11",
        reordered="Great.",
    )
    assert opened.app.button_group(key="screen").value == TRAIN
    assert [opened.app.slider(key=key).value for key in ("hidden_units", "epochs")] == [7, 4]
    assert opened.app.select_slider(key="learning_rate").value == 0.03
    assert opened.app.number_input(key="network_seed").value == 11
    assert len(curves(opened, "loss")["held-out texts"][0]) == 4
    assert "v: 384 numbers, h: 7, classes: 2" in words(opened)
    opened.pick("screen", TYPED)
    assert (box(opened), opened.app.selectbox(key="classifier").value) == (PRAISE, TF_IDF)
    opened.pick("screen", BOUNDARY)
    assert opened.choose("classifier", LOGISTIC).app.button_group(key="decision_seen").value == ON_THE_MAP
    opened.pick("screen", ORDER)
    assert opened.app.text_input(key="reordered").value == "Great."


def test_what_was_chosen_here_and_on_other_pages_is_left_alone_by_the_way_between_them() -> None:
    opened = Visit("Sentence map", source="Paste", map="PCA").write("pasted", "a cat\na dog\nthe sun")
    before = opened.headings
    opened.go_to(PAGE).enter("review", PRAISE).choose("classifier", BAYES).slide("epochs", 5)
    opened.go_to("Sentence map")
    assert opened.app.button_group(key="map").value == "PCA"
    assert opened.app.text_area(key="pasted").value == "a cat\na dog\nthe sun"
    assert opened.headings == before
    opened.go_to(PAGE)
    assert opened.app.selectbox(key="classifier").value == BAYES
    assert (box(opened), opened.app.slider(key="epochs").value) == (PRAISE, 5)


def test_what_makes_no_sense_in_the_address_is_as_if_it_were_not_there() -> None:
    nonsense = {
        "screen": "nonsense",
        "classifier": "Oracle",
        "decision_seen": "upside down",
        "reviews_from": "Nowhere",
        "hidden_units": "1000",
        "epochs": "-3",
        "learning_rate": "7",
        "network_seed": "abc",
        "read_with": "eyes closed",
        "hard_kind": "easy",
        "classified_heads_off": "layer 99, head 1",
    }
    assert page(visit(**nonsense)) == page(visit())


def test_of_a_model_whose_vectors_are_no_sum_words_are_left_out_instead_and_every_view_opens(
    topics: LabelledTexts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = str(save_pooled(tmp_path, "max"))
    monkeypatch.setenv("ENCODERSCOPE_MODELS", directory)
    opened = own_topics(topics, "The pizza came out of the oven", epochs="2").choose("model", directory)
    assert "it pools by 'max'" in words(opened)
    assert "So words are hidden one by one." in words(opened)
    assert sections(opened)[1].startswith("Without “")
    for view in SCREENS:
        opened.pick("screen", view)
        assert "24 texts, 3 classes, cross-validated in 5 parts" in words(opened)
        assert len(sections(opened)) >= 1
    opened.pick("screen", ORDER).pick("read_with", "heads off")
    opened.choose_all("classified_heads_off", ["all of layer 3", "layer 1, head 2"])
    assert sections(opened)[-1].startswith("With 5 heads off ")


@pytest.mark.parametrize("name", ["Take it along", "Export classifier"])
def test_a_link_with_an_old_name_of_the_last_view_opens_it(name: str) -> None:
    opened = visit(screen="", sentiment=name)
    assert opened.app.session_state["screen"] == EXPORT
    assert any(each.endswith("lines of code to use it") for each in sections(opened))
