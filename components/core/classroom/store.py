"""Where rooms are kept: what each kind of store can do."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from components.core.classroom.questions import Answer
from components.core.classroom.room import Room

#: Seconds without use after which a room is gone, and in which a process says again how many it serves.
ROOM_LASTS, PRESENCE_LASTS = 3 * 3600.0, 40.0
#: Devices in one room.
MOST_DEVICES = 3_000


@dataclass(frozen=True)
class SentAnswer:
    """An answer on its way into a room."""

    code: str
    device: str
    round: int
    answer: Answer


@dataclass(frozen=True)
class Head:
    """What changes often in a room."""

    version: int
    answered: int  # answers to the open round, or to the last one of the question that is shown
    people: int  # with an open connection


class RoomStore(Protocol):
    """Rooms, devices and answers. All methods may be called by any thread; all raise StoreError."""

    def create(self, room: Room) -> bool:
        """Keep a new room; False if its code is taken."""

    def read(self, code: str) -> Room | None:
        """Return a room; None if there is none, or if its time is over."""

    def change(self, code: str, change: Callable[[Room], Room]) -> Room | None:
        """Replace a room by what `change` makes of it, with the next version; None if there is none.

        Nothing comes between: an answer belongs to the room before or after. `change` may be called more than once.
        """

    def delete(self, code: str) -> None:
        """Delete a room with its devices and answers."""

    def add_device(self, code: str, device: str) -> bool:
        """Let a device into a room; False if there is no such room or it is full."""

    def has_device(self, code: str, device: str) -> bool:
        """True if this device was let into this room."""

    def answer(self, sent: Sequence[SentAnswer]) -> list[bool]:
        """Keep answers; False for each whose round is not open, or whose device is not in the room.

        A later answer of a device replaces its earlier one. What is returned as True survives the end of the process.
        """

    def answers(self, code: str, round_number: int) -> dict[str, Answer]:
        """Return the answers to a round: device → answer."""

    def heads(self, codes: Collection[str]) -> dict[str, Head]:
        """Return what changes often in those of these rooms that are there."""

    def say_present(self, process: str, people: dict[str, int]) -> None:
        """Write down how many people of each room have a connection to this process."""

    def count_wrong_code(self, address: str) -> int:
        """Count a wrong code from an address, and return how many there were within a minute."""

    def wrong_codes(self, address: str) -> int:
        """Return how many wrong codes came from an address within a minute."""

    def sweep(self) -> int:
        """Delete rooms whose time is over; return how many."""

    def wait(self, seconds: float) -> None:
        """Return when something may have changed, at the latest after some seconds."""
