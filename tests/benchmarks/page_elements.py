"""What a browser makes of the elements of a page: the widgets whose values it reports, and problems that are shown."""

import re

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.WidgetStates_pb2 import WidgetState

_BOXES = ("text_area", "text_input")
_WIDGETS = (*_BOXES, "checkbox", "selectbox", "button_group")
# How the app shows that a page, or what was typed, could not be read.
_REFUSED = re.compile(r'class="es-(?:error|problem)"[^>]*>(.*?)</', re.DOTALL)


def widget_id(element: Element) -> str:
    """The identity of an element's widget, which ends in the widget's key; "" if it is none that holds a value."""
    kind = element.WhichOneof("type")
    return str(getattr(element, kind).id) if kind in _WIDGETS else ""


def is_text_box(element: Element) -> bool:
    """True for a box that a reader types into."""
    return element.WhichOneof("type") in _BOXES


def query_parameter(box: Element) -> str:
    """The parameter of the address that a text box is bound to, or "" if it is bound to none."""
    return str((box.text_area if box.HasField("text_area") else box.text_input).query_param_key)


def is_set_by_server(element: Element) -> bool:
    """True if the server gives a widget another value than the reader's, as after a callback."""
    kind = element.WhichOneof("type")
    return kind in _WIDGETS and bool(getattr(element, kind).set_value)


def value_of(element: Element) -> WidgetState:
    """What the browser reports of a widget that its reader has not touched: the server's value, else its default.

    >>> element = Element()
    >>> element.text_area.id, element.text_area.default = "box", "A sentence"
    >>> value_of(element).string_value
    'A sentence'
    """
    state = WidgetState(id=widget_id(element))
    kind = element.WhichOneof("type")
    if kind in _BOXES:
        box = element.text_area if kind == "text_area" else element.text_input
        state.string_value = box.value if box.set_value else box.default
    elif kind == "checkbox":
        state.bool_value = element.checkbox.value if element.checkbox.set_value else element.checkbox.default
    elif kind == "selectbox":
        listed = element.selectbox
        if listed.set_value and listed.HasField("raw_value"):
            state.string_value = listed.raw_value
        elif not listed.set_value and listed.HasField("default"):
            state.string_value = listed.options[listed.default]
    elif kind == "button_group":
        group = element.button_group
        picked = group.raw_values if group.set_value else [group.options[index].content for index in group.default]
        state.string_array_value.data.extend(picked)
    return state


def problem_in(element: Element) -> str | None:
    """What an element says to have gone wrong: an exception, an error box, or the app's own refusal. Else None.

    >>> element = Element()
    >>> element.html.body = '<p class="es-problem">This text is empty.</p>'
    >>> problem_in(element)
    'This text is empty.'
    """
    kind = element.WhichOneof("type")
    if kind == "exception":
        # A server that keeps its errors to itself sends no type.
        return ": ".join(filter(None, (element.exception.type, element.exception.message)))
    if kind == "alert" and element.alert.format == Alert.ERROR:
        return element.alert.body
    if kind == "html" and (found := _REFUSED.search(element.html.body)):
        return found[1]
    return None
