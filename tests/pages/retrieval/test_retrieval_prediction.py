"""Guess first: what comes back is hidden until the reader has guessed."""

from tests.support.retrieval_page import (
    BACK,
    DENSE,
    IN_WORDS,
    MAP,
    PRAM,
    PROMPT,
    WHY,
    ShippedCorpus,
    names,
    page,
    visit,
    words,
)
from tests.support.visit import Visit


def test_what_comes_back_is_hidden_until_a_document_is_guessed_for_every_new_question(everyday: ShippedCorpus) -> None:
    opened = visit(PRAM, ask="true")
    for question in (PRAM, IN_WORDS):
        opened.enter("question", question)
        best = everyday.best_names(DENSE, question)
        for view in (WHY, MAP, PROMPT, BACK):
            opened.pick("screen", view)
            assert opened.headings[0].endswith("From which document comes the passage that is nearest in meaning?")
            assert not any(name in words(opened) for name in best)
            assert f"{everyday.cosines(question).max():.2f}" not in words(opened)
            assert "es-passage" not in page(opened)
            assert len(opened.app.code) == 0
        titles = list(dict.fromkeys(everyday.titles))
        assert opened.app.button_group(key="guess_passage").options == titles
        wrong = next(title for title in titles if not best[0].startswith(title))
        opened.pick("guess_passage", wrong).press_key("reveal_passage")
        assert names(opened, DENSE) == best
        assert opened.headings[0].startswith("Nearest of 155 passages")
        right = best[0].partition(" · ")[0]
        assert f"You guessed “{wrong}”; it is “{right}”." in words(opened)


def test_a_link_that_hid_results_asks_first(everyday: ShippedCorpus) -> None:
    opened = visit(PRAM, predict="True")
    assert "nearest in meaning?" in opened.headings[0]
    assert everyday.best_names(DENSE, PRAM)[0] not in words(opened)


def test_all_screens_ask_once() -> None:
    opened = Visit("Live retrieval", question=PRAM, ask="true")
    assert len([each for each in opened.app.button if each.key == "reveal_passage"]) == 1
