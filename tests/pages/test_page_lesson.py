"""Every page belongs to a step of the lesson, states one finding, and leads on."""

import re

import pytest

from tests.support.app_pages import FIRST, PAGES
from tests.support.visit import Visit


@pytest.mark.usefixtures("umap_compiled")
@pytest.mark.parametrize("title", PAGES)
def test_a_page_names_its_step_states_one_finding_and_leads_on(title: str) -> None:
    visit = Visit(title)
    steps = re.findall(r'<p class="es-step">(.*?)</p>', visit.markup)
    assert len(steps) == 1
    assert re.fullmatch("The whole way" if title == FIRST else "Step [1-6] of 6 · .+", steps[0])
    assert len(visit.headings) == 1
    assert len(visit.headings[0]) > 20
    links = [link.proto for link in visit.app.get("page_link")]
    assert [link.label for link in links][-1].startswith("Next: ")


def test_the_steps_come_in_order() -> None:
    visit = Visit(FIRST)
    steps = [re.search(r"Step (\d) of 6", visit.go_to(title).markup) for title in PAGES]
    numbers = [int(step[1]) for step in steps if step]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("title", "parameters"),
    [
        ("Attention", {"layer": "99", "head": "abc", "query": "700", "key": "-1", "words_only": "perhaps"}),
        ("Attention", {"layer": "0", "head": "2.5", "model": "nonsense", "cut": "maybe"}),
        ("Embeddings", {"token": "99  pizza", "dimension": "385", "model": "../../etc/passwd"}),
        ("Embeddings", {"token": "", "dimension": "0"}),
        ("Positions", {"positions": "sideways", "position": "-5", "dimension": "x"}),
        ("Positions", {"position": "513", "dimension": "1e3"}),
        ("Tokens", {"model": "", "unknown": "1", "wanted": "<b>"}),
        ("Overview", {"model": "nonsense", "opened_head": "3"}),
    ],
)
def test_nonsense_in_the_address_falls_back_to_what_the_page_opens_with(title: str, parameters: dict[str, str]) -> None:
    assert Visit(title, **parameters).markup == Visit(title).markup
