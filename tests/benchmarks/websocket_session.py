"""One reader's session without a browser, over a websocket: open a page, type, close.

Pictures and Streamlit's own scripts are not fetched: a browser keeps them.
"""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from streamlit.proto.Element_pb2 import Element
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from tests.benchmarks.tab_state import TabState

#: Seconds after which a run that has not finished counts as an error.
PATIENCE: Final = 150.0
# The second name is what a browser sends that has no token.
_SUBPROTOCOLS = [Subprotocol("streamlit"), Subprotocol("PLACEHOLDER_AUTH_TOKEN")]


@dataclass(frozen=True)
class Run:
    """One run of a page as its reader sees it."""

    seconds: float  # from asking until the page is whole
    problem: str | None = None  # what went wrong, None if nothing did


class Session:
    """One reader, on one page."""

    def __init__(self, origin: str, page: str, patience: float = PATIENCE, **parameters: str) -> None:
        """origin: such as "http://127.0.0.1:8501". page: its address, such as "/tokens", with these parameters.

        patience: seconds after which a run counts as not finished.
        """
        self._origin, self._page, self._parameters = origin, page, parameters
        self.patience = patience
        self._socket: ClientConnection | None = None
        self._tab = TabState(origin, page, **parameters)

    @property
    def elements(self) -> list[Element]:
        """What is on the page after the last run."""
        return self._tab.elements

    def text_in(self, key: str) -> str:
        """The text that the box of this key holds; "" if the page has no such box."""
        return self._tab.text_in(key)

    async def open(self) -> Run:
        """Open the page in a fresh tab; the run is its first view, connecting included."""
        await self.close()
        self._tab = TabState(self._origin, self._page, **self._parameters)
        return await self._run()

    async def type(self, key: str, text: str) -> Run:
        """Replace the text in the box of this key, and leave it. A lost page is first opened anew."""
        if self._socket is None:
            first_view = await self.open()
            if first_view.problem:
                return first_view
        if not self._tab.fill(key, text):
            return Run(0.0, f"{self._page} has no text box with the key {key}.")
        return await self._run()

    async def close(self) -> None:
        """Close the tab."""
        socket, self._socket = self._socket, None
        if socket is not None:
            with suppress(OSError, WebSocketException):
                await socket.close()

    async def _run(self) -> Run:
        """Ask for a run of the page, and wait until it has finished, and those that it starts itself."""
        start = time.perf_counter()
        try:
            async with asyncio.timeout(self.patience):
                socket = await self._connected()
                await socket.send(self._tab.request())
                while not self._tab.take(await socket.recv(decode=False)):
                    pass
            return Run(time.perf_counter() - start, self._tab.problem)
        except TimeoutError:
            problem = f"A run did not finish within {self.patience:g} s."
        except (OSError, WebSocketException) as error:
            problem = f"The connection was lost: {type(error).__name__}."
        await self.close()
        return Run(time.perf_counter() - start, problem)

    async def _connected(self) -> ClientConnection:
        if self._socket is None:
            self._socket = await connect(
                f"{self._origin.replace('http', 'ws', 1)}/_stcore/stream",
                origin=Origin(self._origin),
                subprotocols=_SUBPROTOCOLS,
                max_size=None,
                open_timeout=None,
            )
        return self._socket
