"""Answers of phones on their way into the store: what waits together is written together."""

import asyncio

from components.core.classroom.store import RoomStore, SentAnswer
from components.ui.phones.threads import in_thread

# Answers that are written at once; those who wait for them wait for all.
_MOST = 500


class AnswerWriter:
    """Writes answers in batches: some hundred phones that answer at once cost some ten commits."""

    def __init__(self, store: RoomStore) -> None:
        self._store = store
        self._waiting: list[tuple[SentAnswer, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, sent: SentAnswer) -> bool:
        """Return when the answer is written: False if its round was closed. Raises StoreError."""
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((sent, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await written

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                kept = await in_thread(self._store.answer, [sent for sent, _ in batch])
            # Whatever it was: who waits must hear of it, and others may follow.
            except Exception as error:
                for _, written in batch:
                    if not written.done():
                        written.set_exception(error)
            else:
                for (_, written), each in zip(batch, kept, strict=True):
                    # A phone may have gone meanwhile.
                    if not written.done():
                        written.set_result(each)
