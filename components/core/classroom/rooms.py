"""What a teacher and a class do in rooms."""

import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from components.core.classroom.codes import new_code, new_secret, read_code
from components.core.classroom.questions import Answer, ClassQuestion, Truth
from components.core.classroom.room import Entry, Room, Round
from components.core.classroom.store import RoomStore, SentAnswer
from components.core.errors import AnswerError, RoomError

#: Wrong codes within a minute after which an address has to wait.
MOST_WRONG_CODES = 20
# Questions in one room; each shown map takes some kilobytes.
_MOST_ENTRIES, _MOST_ROUNDS = 200, 20
_ATTEMPTS = 50
# Characters of an address; a longer one is not followed.
_LONGEST_ADDRESS = 8_000


@dataclass(frozen=True)
class Asking:
    """What a teacher asks, and where."""

    subject: str  # a digest of what it asks about
    page: str
    screen: str
    about: str
    question: ClassQuestion
    truth: Truth | None


class Rooms:
    """The rooms of a store. A host is whoever has the secret of the tab that opened the room."""

    def __init__(self, store: RoomStore, now: Callable[[], float] = time.time) -> None:
        self.store = store
        self._now = now

    def open(self, secret: str) -> Room:
        """Open a room for the tab with this secret. Raises StoreError."""
        for _ in range(_ATTEMPTS):
            room = Room(new_code(), new_secret()[:12], _digest(secret), self._now())
            if self.store.create(room):
                return room
        raise RoomError("No room could be opened: too many are open. Try again in some minutes.")

    def find(self, typed: str, address: str | None = None, key: str = "") -> Room:
        """Return the room of a code that somebody typed.

        address: counted against if the code is wrong; None for somebody who is in already. key: of the QR code; with
        it, wrong codes of others behind the same address do not count. Raises RoomError, and StoreError.
        """
        code = read_code(typed)
        room = None if code is None else self.store.read(code)
        # Digests, since a key that a phone sends may hold characters that cannot be compared in constant time.
        has_key = room is not None and key != "" and hmac.compare_digest(_digest(room.key), _digest(key))
        if address is not None and not has_key and self.store.wrong_codes(address) >= MOST_WRONG_CODES:
            raise TooManyWrongCodesError(
                f"{MOST_WRONG_CODES} wrong codes came from here within a minute. Wait a minute, or use the QR code."
            )
        if room is None:
            if address is not None:
                self.store.count_wrong_code(address)
            raise RoomError("There is no room with this code. Look at the screen again, or ask for a new code.")
        return room

    def is_host(self, room: Room, secret: str) -> bool:
        """True if this secret is that of the tab that opened the room."""
        return hmac.compare_digest(room.host, _digest(secret))

    def join(self, room: Room) -> str:
        """Let a new device in and return its id. Raises RoomError if the room is full."""
        device = new_secret()
        if not self.store.add_device(room.code, device):
            raise RoomError("This room is full, or has just ended.")
        return device

    def ask(self, room: Room, asking: Asking) -> Room:
        """Ask the class; a question that was asked before, about the same subject, gets another round."""

        def change(before: Room) -> Room:
            this = Round(before.rounds + 1, self._now())
            after = replace(before.closed(), rounds=this.number)
            index = after.find(asking.subject)
            if index is None:
                entry = Entry(
                    asking.subject,
                    asking.page,
                    asking.screen,
                    asking.about,
                    asking.question,
                    asking.truth,
                    (this,),
                )
                if len(after.entries) >= _MOST_ENTRIES:
                    raise RoomError(f"A room holds {_MOST_ENTRIES} questions. Open a new one.")
                return replace(after, entries=(*after.entries, entry), current=len(after.entries))
            again = after.entries[index]
            if len(again.rounds) >= _MOST_ROUNDS:
                raise RoomError(f"This question was asked {_MOST_ROUNDS} times. Ask another one.")
            changed = after.with_entry(index, rounds=(*again.rounds, this), is_revealed=False, truth=asking.truth)
            return replace(changed, current=index)

        return self._change(room, change)

    def reveal(self, room: Room, subject: str | None = None) -> Room:
        """Close the open round, and show answers and truth: of the question that phones see, or of this subject."""

        def change(before: Room) -> Room:
            index = before.current if subject is None else before.find(subject)
            if index is None:
                return before
            return replace(before.closed().with_entry(index, is_revealed=True), current=index)

        return self._change(room, change)

    def withdraw(self, room: Room) -> Room:
        """Take the open round back; a question without another round is gone."""

        def change(before: Room) -> Room:
            if before.current is None or before.open_round is None:
                return before
            entry = before.entries[before.current]
            if len(entry.rounds) > 1:
                kept = before.with_entry(before.current, rounds=entry.rounds[:-1], is_revealed=True)
                return replace(kept, current=None)
            others = before.entries[: before.current] + before.entries[before.current + 1 :]
            return replace(before, entries=others, current=None)

        return self._change(room, change)

    def put_away(self, room: Room) -> Room:
        """Show phones no question."""
        return self._change(room, lambda before: replace(before.closed(), current=None))

    def decide(self, room: Room, subject: str, text: str, let_through: bool) -> Room:
        """Let a text through that somebody sent, or decline it."""

        def change(before: Room) -> Room:
            index = before.find(subject)
            if index is None:
                return before
            entry = before.entries[index]
            shown = tuple(each for each in entry.let_through if each != text)
            declined = tuple(each for each in entry.declined if each != text)
            if let_through:
                return before.with_entry(index, let_through=(*shown, text), declined=declined)
            return before.with_entry(index, let_through=shown, declined=(*declined, text))

        return self._change(room, change)

    def lead(self, room: Room, address: str) -> Room:
        """Write down what the teacher's browser shows. address: a path with its query; "" ends leading."""
        led = address if len(address) <= _LONGEST_ADDRESS else ""
        return self._change(room, lambda before: replace(before, address=led))

    def end(self, room: Room) -> None:
        """Delete the room and everything in it."""
        self.store.delete(room.code)

    def check(self, room: Room, device: str, round_number: int, given: object) -> SentAnswer:
        """Return what a phone has sent, checked against the open question. Raises AnswerError."""
        entry = room.shown
        # A phone may send anything: None would be the open round of a room that has none, and True the first one.
        if entry is None or type(round_number) is not int or room.open_round != round_number:
            raise ClosedError("This question is closed; your last answer counts.")
        return SentAnswer(room.code, device, round_number, entry.question.read_answer(given))

    def answers(self, room: Room, entry: Entry) -> tuple[tuple[Answer, ...], ...]:
        """Return the answers to each round of a question, in an order that tells nothing of who sent them."""
        found = (self.store.answers(room.code, each.number) for each in entry.rounds)
        return tuple(tuple(sorted(each.values(), key=str)) for each in found)

    def own_answer(self, room: Room, device: str) -> Answer | None:
        """Return what a device has answered to the question that is shown."""
        entry = room.shown
        return None if entry is None else self.store.answers(room.code, entry.last_round.number).get(device)

    def waiting_texts(self, entry: Entry, answers: Sequence[Answer]) -> list[str]:
        """Return the texts that are neither let through nor declined, each once."""
        decided = {*entry.let_through, *entry.declined}
        return [text for text in dict.fromkeys(map(str, answers)) if text not in decided]

    def _change(self, room: Room, change: Callable[[Room], Room]) -> Room:
        changed = self.store.change(room.code, change)
        if changed is None:
            raise RoomError("This room has ended. Open a new one.")
        return changed


class TooManyWrongCodesError(RoomError):
    """An address that has tried too many codes."""


class ClosedError(AnswerError):
    """An answer to a question that is not open."""


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
