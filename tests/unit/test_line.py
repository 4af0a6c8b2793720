"""The line of screens that Back and Next walk."""

from components.ui.stage import line


def test_next_walks_every_screen_of_every_page_and_back_the_same_way() -> None:
    stop: line.Stop | None = line.STOPS[0]
    walked: list[line.Stop] = []
    while stop is not None:
        walked.append(stop)
        stop = line.stop_after(stop.page, stop.screen)
    assert walked == [line.Stop(page, screen) for page in line.PAGES for screen in page.screens]
    backwards = [walked[-1]]
    while (before := line.stop_before(backwards[-1].page, backwards[-1].screen)) is not None:
        backwards.append(before)
    assert backwards == walked[::-1]


def test_all_screens_stand_for_their_page_in_the_line() -> None:
    page = line.page_entry("Tokens")
    before, after = line.stop_before(page, line.ALL_SCREENS), line.stop_after(page, line.ALL_SCREENS)
    assert before is not None
    assert before.page.title == "By hand"
    assert after is not None
    assert after.page.title == "Embeddings"


def test_the_names_of_a_page_s_screens_differ_and_need_no_quoting_on_screen() -> None:
    for page in line.PAGES:
        assert len(set(page.screens)) == len(page.screens)
        assert all(name == name.lower().strip() and not set(name) & set('"\\<>&;') for name in page.screens)
