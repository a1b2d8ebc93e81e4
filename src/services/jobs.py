"""Does what was ordered in the job table, step by step, and lets others write in between."""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from time import monotonic

from src.errors import LocritError, Postponed, StoreUnavailable
from src.operations import Operation
from src.stores import attachments, forgetting, jobs, scrubbing, steps
from src.stores.database import Database
from src.stores.integrity import repairs
from src.stores.jobs import Handler, Job, Step

TELL_EVERY_S = 0.25
LOOKS_AT_LOG = 40
LOOK_EVERY_S = 0.05
UNEXPLAINED = "Something is wrong with it: the server's log says what."

READERS = {**steps.READERS, repairs.ALL: repairs.rest}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that is put off, and why."""

    kind: str
    entity_id: str
    reason: str

    @property
    def thing(self) -> str:
        """locrit, conversation, message, memory, artifact or file."""
        return "conversation" if self.kind in forgetting.STEPWISE else self.kind.split()[-1]


class Jobs:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._handlers = steps.HANDLERS | {attachments.FILE: partial(attachments.forget_file, database.files)}

    async def run(self) -> None:
        """Until nothing is left that may be done now. What fails is put off, and does not stop the rest. Several
        callers share the work; what another process works on is left to it. Raises StoreUnavailable.
        """
        skipped, prepared = list[int](), dict[int, Handler]()
        more, told_at, since = True, monotonic(), 0
        while more:
            tells = monotonic() - told_at > TELL_EVERY_S
            told_at = monotonic() if tells else told_at
            step = Step(self._handlers, READERS, self._db.processes, prepared, skipped, tells, since)
            try:
                more = await self._db.write(step)
                since = step.since
                if (job := step.unprepared) is not None:
                    prepared[job.row_id] = await self._prepared(job)
            except StoreUnavailable:
                raise
            except Exception as error:
                if step.working_on is None:
                    raise
                skipped.append(step.working_on.row_id)
                await self._put_off(step.working_on, error)
        await self._scrub()

    async def finish(self, operation: Operation, entity_id: str = "") -> list[Failed]:
        """As `run`, until what the operation ordered is done, whichever process does it; and what was ordered for that
        entity before. Returns what is put off."""
        owner_id, op_id = operation.caller.user_id, operation.op_id

        async def left() -> list[Job]:
            return await self._db.read(lambda connection: jobs.awaited(connection, owner_id, op_id, entity_id))

        if put_off := [part.row_id for part in await left() if part.not_before]:
            await self._db.write(lambda tx: jobs.hasten(tx, put_off))
        await self.run()
        while any(not part.not_before for part in await left()):
            await asyncio.sleep(LOOK_EVERY_S)
            await self.run()
        return [Failed(part.kind, part.entity_id, part.last_error or "") for part in await left()]

    async def finish_all(self, operation: Operation, entity_id: str = "") -> None:
        """Raises Postponed when something of it has to be done later."""
        for failed in await self.finish(operation, entity_id):
            raise Postponed(failed.reason)

    async def _prepared(self, job: Job) -> Handler:
        return await self._db.read(lambda connection: READERS[job.kind](connection, job))

    async def _put_off(self, job: Job, error: Exception) -> None:
        known = isinstance(error, LocritError)
        log.warning("To %s %s is put off: %r", job.kind, job.entity_id, error, exc_info=None if known else error)
        reason = error.message if isinstance(error, LocritError) else UNEXPLAINED
        await self._db.write(lambda tx: jobs.put_off(tx, job, reason))

    async def _scrub(self) -> None:
        while await self._db.write(scrubbing.step):
            pass
        if not await self._db.write(scrubbing.is_log_left):
            return
        for _ in range(LOOKS_AT_LOG):
            if await self._db.scrub():
                await self._db.write(scrubbing.done)
                return
            await asyncio.sleep(LOOK_EVERY_S)
        log.warning("The write-ahead log is in use and will be emptied later")
