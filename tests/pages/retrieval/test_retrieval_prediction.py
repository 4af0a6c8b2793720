"""Guess first: what comes back is hidden until the reader asks to see it."""

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


def test_what_comes_back_is_hidden_until_it_is_shown_for_every_new_question(everyday: ShippedCorpus) -> None:
    opened = visit(PRAM, predict="true")
    for question in (PRAM, IN_WORDS):
        opened.enter("question", question)
        best = everyday.best_names(DENSE, question)
        for view in (WHY, MAP, PROMPT, BACK):
            opened.pick("retrieval", view)
            assert opened.headings == ["Which of 155 passages will be found?"]
            assert not any(name in words(opened) for name in best)
            assert f"{everyday.cosines(question).max():.2f}" not in words(opened)
            assert "es-passage" not in page(opened)
            assert (len(opened.app.code), len(opened.app.get("bidi_component"))) == (0, 1)
        opened.press("Show the results")
        assert names(opened, DENSE) == best
        assert opened.headings[0].startswith("Nearest of 155 passages")
