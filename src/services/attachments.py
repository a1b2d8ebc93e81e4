"""Files that people attach: received, looked into, kept, and given back."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

from src.entities import Attachment
from src.errors import LocritError, NotFound, UnusableFile
from src.ids import now_ms
from src.operations import Caller, Operation, Stamp
from src.services.contents.inspection import Inspector
from src.services.jobs import Jobs
from src.services.periodic_task import PeriodicTask
from src.stores import attachments, file_texts
from src.stores.database import Database
from src.stores.files import Derived, IncomingFile, unusable
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork

MAX_BYTES: Final = 25_000_000
MAX_A_MESSAGE: Final = 10
READ_AT_ONCE: Final = 20
REMOVED_AT_ONCE: Final = 10
UNSENT_FOR_MS: Final = 7 * 86_400_000
"""What was uploaded and is given to no message for so long is forgotten; browsers have it as long as they need it."""
EXPIRE_EVERY_S: Final = 3600.0
TOO_LARGE: Final = f"This file has more than {MAX_BYTES // 1_000_000} MB, and cannot be attached."

log = logging.getLogger(__name__)


class AttachmentService:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._files = database.files
        self._jobs = Jobs(database)
        self._inspector = Inspector()
        self._reading: asyncio.Task[None] | None = None
        self._expiry = PeriodicTask(self.expire, EXPIRE_EVERY_S)

    @contextmanager
    def receiving(self) -> Iterator[IncomingFile]:
        """What is uploaded goes there, by `receive`. Unless it was saved, nothing of it stays. Raises
        StoreUnavailable."""
        try:
            incoming = self._files.receive()
        except OSError as error:
            raise unusable(error) from error
        try:
            yield incoming
        finally:
            incoming.discard()

    async def receive(self, incoming: IncomingFile, piece: bytes) -> None:
        """On a thread of its own: a disk may be slow. Raises StoreUnavailable."""
        if incoming.size + len(piece) > MAX_BYTES:
            raise UnusableFile(TOO_LARGE)
        try:
            await asyncio.to_thread(incoming.write, piece)
        except OSError as error:
            raise unusable(error) from error

    async def save(
        self, caller: Caller, attachment_id: str, name: str, incoming: IncomingFile, op_id: str | None = None
    ) -> tuple[Attachment, bool]:
        """Keeps what was received, and returns whether that was done now. Raises InvalidInput for what cannot be read,
        Conflict for an id that stands for another file."""
        incoming.end()
        if not incoming.size:
            raise UnusableFile("This file is empty.")
        found = await self._inspector.inspect(incoming.directory, name)
        request = {"id": attachment_id, "name": name, "sha256": incoming.sha256}
        operation = Operation.of(caller, "attach", request, op_id)
        told = {"name": name, "size": incoming.size, "sha256": incoming.sha256} | asdict(found)
        times = {"created_at": operation.time, "updated_at": operation.time}
        new = Attachment(id=attachment_id, rev=1, **told, **times)
        text = await asyncio.to_thread(incoming.searched_text)
        await asyncio.to_thread(incoming.make_durable)

        def add(tx: UnitOfWork) -> tuple[Attachment, bool]:
            return attachments.add(tx, self._files, caller.user_id, new, incoming, text, operation)

        def again(tx: UnitOfWork, _done: object) -> tuple[Attachment, bool]:
            return attachments.owned(tx.connection, caller.user_id, attachment_id), False

        return await self._db.run_once(operation, Effect(add, again))

    async def discard(self, caller: Caller, attachment_id: str, op_id: str | None = None) -> Attachment:
        """Forgets one that no message has. Raises Conflict for any other."""
        operation = Operation.of(caller, "discard_attachment", {"id": attachment_id}, op_id)

        def discard(tx: UnitOfWork) -> Attachment:
            return attachments.discard(tx, caller.user_id, attachment_id, operation)

        def again(tx: UnitOfWork, _done: object) -> Attachment:
            return attachments.stub(tx.connection, attachment_id)

        discarded = await self._db.run_once(operation, Effect(discard, again))
        await self._jobs.finish_all(operation, attachment_id)
        return discarded

    async def get(self, caller: Caller, attachment_id: str) -> Attachment:
        return await self._db.read(lambda connection: attachments.owned(connection, caller.user_id, attachment_id))

    async def file(self, caller: Caller, attachment_id: str, derived: Derived | None = None) -> tuple[Attachment, Path]:
        """Where it is on the disk: of an image, without what the camera told. Raises NotFound."""
        attachment = await self.get(caller, attachment_id)
        path = self._files.path(attachment.sha256, derived or ("clean" if attachment.is_image else None))
        if not await asyncio.to_thread(path.is_file):
            raise NotFound("The file is not where it was kept.", hint="Have everything checked on the storage page.")
        return attachment, path

    # What the server does by itself

    async def start(self) -> None:
        """Finds what a dead process was receiving, before anything new comes; it is removed in the background."""
        left = await asyncio.to_thread(self._files.unfinished, is_alone=not self._db.processes.is_shared)
        self._expiry.start()
        self._reading = asyncio.create_task(self._catch_up(left), name="remove and read files")

    async def _catch_up(self, left: Sequence[Path]) -> None:
        try:
            await self._sweep(left)
            await self.keep_texts()
        except LocritError as error:
            log.warning("What an earlier process left of files waits for the next start: %s", error.message)

    async def _sweep(self, left: Sequence[Path]) -> None:
        for directory in left:
            await asyncio.to_thread(self._files.discard, directory)
        is_alone = not self._db.processes.is_shared
        unused = await self._db.read(lambda tx: attachments.unreferenced(tx, self._files, is_alone=is_alone))
        for at in range(0, len(unused), REMOVED_AT_ONCE):
            some = unused[at : at + REMOVED_AT_ONCE]
            await self._db.write(partial(attachments.remove_unreferenced, files=self._files, hashes=some))
        if unused:
            log.warning("%d files were left by an upload that was cut off, and are removed", len(unused))

    async def keep_texts(self) -> None:
        """What files say that were uploaded before that was searched."""
        while found := await self._db.read(lambda connection: file_texts.missing(connection, READ_AT_ONCE)):
            for row in found:
                text = await asyncio.to_thread(self._files.searched_text, row.sha256)
                await self._db.write(partial(attachments.keep_text, attachment_id=row.id, text=text))

    async def expire(self) -> None:
        """Forgets what was uploaded long ago and never sent; its files go with the next jobs."""
        before, stamp = now_ms() - UNSENT_FOR_MS, Stamp.now()
        while await self._db.write(lambda tx: attachments.expire(tx, before, stamp)):
            pass

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
        await self._expiry.close()
