"""Every page is a sequence of screens: each states one finding, and all lead on in one line."""

import pytest

from components.ui.stage import line
from tests.support.app_pages import ALL_SCREENS, FIRST, PAGES, READING, SCREENS
from tests.support.visit import Visit


@pytest.mark.usefixtures("umap_compiled")
@pytest.mark.parametrize("title", PAGES)
def test_a_page_of_all_screens_has_one_title_and_a_heading_for_each_other_screen(title: str) -> None:
    visit = Visit(title)
    assert len(visit.headings) == 1
    assert len(visit.headings[0]) > 20
    assert "Step 1 of 6" not in visit.words


@pytest.mark.parametrize("title", READING)
def test_each_screen_states_a_finding_of_its_own_and_leads_to_the_next(title: str) -> None:
    findings = []
    for screen in SCREENS[title]:
        visit = Visit(title, screen=screen)
        assert len(visit.headings) == 1, screen
        findings += visit.headings
        after = line.stop_after(line.page_entry(title), screen)
        assert after is not None
        if after.page.title == title:
            assert visit.app.button(key="go_next").label == "Next"
        else:
            links = [link.proto.label for link in visit.app.get("page_link")]
            assert f"Next: {after.page.title}" in links
    assert len(set(findings)) == len(findings)


def test_the_first_page_has_no_way_back() -> None:
    visit = Visit(FIRST, screen=SCREENS[FIRST][0])
    assert "go_back" not in [button.key for button in visit.app.button]


@pytest.mark.parametrize("title", READING)
def test_a_screen_that_does_not_exist_is_the_first_one(title: str) -> None:
    assert Visit(title, screen="nonsense").headings == Visit(title, screen=SCREENS[title][0]).headings


@pytest.mark.parametrize(
    ("title", "parameters"),
    [
        ("Attention", {"layer": "99", "head": "abc", "query": "700", "key": "-1", "words_only": "perhaps"}),
        ("Attention", {"layer": "0", "head": "2.5", "model": "nonsense", "cut": "maybe"}),
        ("Embeddings", {"token": "99  pizza", "dimension": "385", "model": "../../etc/passwd"}),
        ("Embeddings", {"token": "", "dimension": "0", "words_as": "pie"}),
        ("Positions", {"positions": "sideways", "position": "-5", "dimension": "x"}),
        ("Positions", {"position": "513", "dimension": "1e3"}),
        ("Tokens", {"model": "", "unknown": "1", "word_split": "<b>"}),
        ("Overview", {"model": "nonsense", "opened_head": "3", "opened_page": "nowhere", "followed_token": "77  x"}),
    ],
)
def test_nonsense_in_the_address_falls_back_to_what_the_page_opens_with(title: str, parameters: dict[str, str]) -> None:
    assert Visit(title, screen=ALL_SCREENS, **parameters).markup == Visit(title).markup
