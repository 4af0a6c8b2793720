"""A tab of the load benchmark keeps of a page what a browser keeps, and asks for runs as a browser does."""

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.benchmarks.tab_state import TabState

NEW_SESSION = ForwardMsg()
NEW_SESSION.new_session.config.max_cached_message_age = 2
FINISHED = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
REFERENCE = ForwardMsg(ref_hash="large")


def text_area(*path: int, key: str) -> ForwardMsg:
    """A text area, bound to the address."""
    message = ForwardMsg()
    message.metadata.delta_path.extend(path)
    box = message.delta.new_element.text_area
    box.id, box.default, box.query_param_key = f"$$ID-0-{key}", "opening", key
    return message


def html(body: str, *path: int) -> ForwardMsg:
    message = ForwardMsg(hash="large")
    message.metadata.delta_path.extend(path)
    message.metadata.cacheable = True
    message.delta.new_element.html.body = body
    return message


def run(tab: TabState, *messages: ForwardMsg) -> ClientState:
    """What the tab asks for, before it takes in these messages."""
    asked = BackMsg.FromString(tab.request()).rerun_script
    for message in messages:
        tab.take(message.SerializeToString())
    return asked


def test_a_tab_asks_by_name_at_first_and_then_with_its_widgets_and_its_address() -> None:
    tab = TabState("http://here", "/tokens")
    navigation = ForwardMsg()
    navigation.navigation.page_script_hash = "page"
    asked = run(tab, NEW_SESSION, navigation, text_area(0, key="text"), FINISHED)
    assert (asked.page_name, asked.page_script_hash, list(asked.widget_states.widgets)) == ("tokens", "", [])
    assert tab.fill("text", "a dog & a cat")
    asked = run(tab)
    assert (asked.page_name, asked.page_script_hash) == ("", "page")
    assert [(each.id, each.string_value) for each in asked.widget_states.widgets] == [("$$ID-0-text", "a dog & a cat")]
    assert asked.query_string == "text=a+dog+%26+a+cat"


def test_widgets_in_a_popover_are_reported_once_the_reader_has_opened_it() -> None:
    tab = TabState("http://here", "/tokens")
    popover = ForwardMsg()
    popover.metadata.delta_path.append(1)
    popover.delta.add_block.popover.label = "More settings"
    page = (NEW_SESSION, text_area(0, key="text"), popover, text_area(1, 0, key="more"), FINISHED)
    run(tab, *page)
    assert [each.id for each in run(tab, *page).widget_states.widgets] == ["$$ID-0-text"]
    tab.fill("more", "typed")
    run(tab, *page)
    assert [each.id for each in run(tab, *page).widget_states.widgets] == ["$$ID-0-text", "$$ID-0-more"]


def test_a_large_element_is_sent_once_and_forgotten_after_it_was_long_unused() -> None:
    tab = TabState("http://here", "/tokens")
    run(tab, NEW_SESSION, html("a long text", 0), FINISHED)
    assert run(tab, NEW_SESSION, REFERENCE, FINISHED).cached_message_hashes == ["large"]
    assert [element.html.body for element in tab.elements] == ["a long text"]
    run(tab, NEW_SESSION, FINISHED)
    assert run(tab, NEW_SESSION, FINISHED).cached_message_hashes == ["large"]
    assert run(tab, NEW_SESSION, REFERENCE, FINISHED).cached_message_hashes == []
    assert tab.problem == "The server refers to an element that it has not sent"


def test_a_run_ends_when_its_own_script_has_finished() -> None:
    tab = TabState("http://here", "/tokens")
    tab.request()
    early = ForwardMsg(script_finished=ForwardMsg.FINISHED_EARLY_FOR_RERUN)
    messages = (FINISHED, NEW_SESSION, early, NEW_SESSION, html("page", 0), FINISHED)
    assert [tab.take(each.SerializeToString()) for each in messages] == [False] * 5 + [True]


def test_errors_that_a_reader_sees_are_problems() -> None:
    tab = TabState("http://here", "/tokens")
    run(tab, NEW_SESSION, html("<style>.es-error {}</style>", 0), FINISHED)
    assert tab.problem is None
    run(tab, NEW_SESSION, html('<h1 class="es-error">This sentence is too long</h1>', 0), FINISHED)
    assert tab.problem == "This sentence is too long"
    run(tab, NEW_SESSION, ForwardMsg(script_finished=ForwardMsg.FINISHED_WITH_COMPILE_ERROR))
    assert tab.problem == "The script of the page cannot be compiled"
