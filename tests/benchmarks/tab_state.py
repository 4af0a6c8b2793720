"""What a browser's tab keeps of a page of Streamlit: its elements, the values of its widgets, and large messages.

A browser asks for a run of the page with the values of all widgets in sight, the address, and the hashes of the large
messages that it has; of those the server sends only the hash. It gets a NewSession message, the elements, each with its
path in the page, and ScriptFinished.
"""

from urllib.parse import parse_qsl, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.benchmarks.page_elements import (
    is_set_by_server,
    is_text_box,
    problem_in,
    query_parameter,
    value_of,
    widget_id,
)


class TabState:
    """A tab, without its connection: what it asks for, and what is on its page."""

    def __init__(self, origin: str, page: str, **parameters: str) -> None:
        """origin: such as "http://127.0.0.1:8501". page: its address, such as "/tokens", with these parameters."""
        self._origin, self._page = origin, page
        self._script_hash = ""
        self._address = dict(parameters)
        self._messages: dict[str, tuple[Element, int]] = {}  # hash → element, and the run that used it last
        self._runs = self._longest_unused = 0
        self._reported: dict[str, WidgetState] = {}
        self._touched: set[str] = set()
        self._popovers: set[tuple[int, ...]] = set()
        self._elements: dict[tuple[int, ...], Element] = {}  # by path
        self._begun = False

    @property
    def elements(self) -> list[Element]:
        """What is on the page."""
        return list(self._elements.values())

    @property
    def problem(self) -> str | None:
        """What the page shows to have gone wrong, or None."""
        return next(filter(None, map(problem_in, self._elements.values())), None)

    def text_in(self, key: str) -> str:
        """The text that the box of this key holds; "" if the page has no such box."""
        box = self._box(key)
        return self._reported.get(widget_id(box), value_of(box)).string_value if box else ""

    def fill(self, key: str, text: str) -> bool:
        """Replace the text in the box of this key; False if the page has no such box."""
        box = self._box(key)
        if box is None:
            return False
        self._reported[widget_id(box)] = WidgetState(id=widget_id(box), string_value=text)
        self._touched.add(widget_id(box))
        if parameter := query_parameter(box):
            self._address[parameter] = text
        return True

    def _box(self, key: str) -> Element | None:
        boxes = filter(is_text_box, self._elements.values())
        return next((box for box in boxes if widget_id(box).endswith(f"-{key}")), None)

    def request(self) -> bytes:
        """The message that asks for a run of the page as it is now."""
        self._begun = False
        asked = ClientState(
            query_string=urlencode(self._address),
            page_script_hash=self._script_hash,
            page_name="" if self._script_hash else self._page.strip("/"),
            cached_message_hashes=self._messages,
        )
        asked.widget_states.widgets.extend(self._reported.values())
        context = asked.context_info
        context.timezone, context.timezone_offset, context.locale = "UTC", 0, "en-US"
        context.url, context.is_embedded, context.color_scheme = self._origin + self._page, False, "light"
        return BackMsg(rerun_script=asked).SerializeToString()

    def take(self, data: bytes) -> bool:
        """Take in one message of the server; True if it ends the run that was asked for."""
        message = ForwardMsg.FromString(data)
        match message.WhichOneof("type"):
            case "new_session":
                self._begun = True
                self._elements, self._popovers = {}, set()
                self._longest_unused = message.new_session.config.max_cached_message_age
            case "navigation":
                self._script_hash = message.navigation.page_script_hash
            case "page_info_changed":
                self._address = dict(parse_qsl(message.page_info_changed.query_string, keep_blank_values=True))
            case "delta" | "ref_hash":
                self._take_element(message)
            case "script_finished":
                # A script that starts itself anew ends early.
                if self._begun and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    self._end_run(message)
                    return True
        return False

    def _take_element(self, message: ForwardMsg) -> None:
        path = tuple(message.metadata.delta_path)
        if message.WhichOneof("type") == "ref_hash":
            if message.ref_hash in self._messages:
                element, _ = self._messages[message.ref_hash]
                self._messages[message.ref_hash] = element, self._runs
            else:
                element = _failure("The server refers to an element that it has not sent")
            self._elements[path] = element
        elif message.delta.WhichOneof("type") == "new_element":
            self._elements[path] = message.delta.new_element
            if message.metadata.cacheable:
                self._messages[message.hash] = message.delta.new_element, self._runs
        elif message.delta.WhichOneof("type") == "add_block":
            self._elements.pop(path, None)
            if message.delta.add_block.HasField("popover"):
                self._popovers.add(path)

    def _end_run(self, message: ForwardMsg) -> None:
        """Forget messages that have long been unused, and report the widgets that are on the page now."""
        if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self._elements[()] = _failure("The script of the page cannot be compiled")
        self._runs += 1
        oldest = self._runs - self._longest_unused
        self._messages = {key: kept for key, kept in self._messages.items() if kept[1] >= oldest}
        reported = {}
        for path, element in self._elements.items():
            if (known := widget_id(element)) and (known in self._touched or not self._is_folded(path)):
                unchanged = known in self._reported and not is_set_by_server(element)
                reported[known] = self._reported[known] if unchanged else value_of(element)
        self._reported = reported

    def _is_folded(self, path: tuple[int, ...]) -> bool:
        """True for what stands in a popover: a browser mounts it only when the reader opens that."""
        return any(path[:depth] in self._popovers for depth in range(len(path)))


def _failure(what: str) -> Element:
    """What a browser shows when it cannot show a page."""
    element = Element()
    element.exception.type = what
    return element
