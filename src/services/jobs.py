"""Does what was ordered in the job table, step by step, and lets others write in between."""

import asyncio
import logging
from dataclasses import dataclass

from src.errors import LocritError, StoreUnavailable
from src.stores import scrubbing
from src.stores.database import Database
from src.stores.jobs import Step
from src.stores.steps import HANDLERS

LOOKS_AT_LOG = 40
LOOK_EVERY_S = 0.05

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that stays for the next time, and why."""

    kind: str
    entity_id: str
    error: Exception

    @property
    def reason(self) -> str:
        if isinstance(self.error, LocritError):
            return self.error.message
        return "Something is wrong with it: the server's log says what. It is tried again later."


class Jobs:
    def __init__(self, database: Database) -> None:
        self._db = database

    async def run(self) -> list[Failed]:
        """Until nothing is left but what failed, which neither stops the rest nor is given up. Several callers share
        the work. Raises StoreUnavailable.
        """
        failed: dict[int, Failed] = {}
        more = True
        while more:
            step = Step(HANDLERS, list(failed))
            try:
                more = await self._db.write(step)
            except StoreUnavailable:
                raise
            except Exception as error:
                if step.working_on is None:
                    raise
                failed[step.working_on.row_id] = _put_off(step, error)
        await self._scrub()
        return list(failed.values())

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


def _put_off(step: Step, error: Exception) -> Failed:
    job = step.working_on
    assert job is not None
    known = isinstance(error, LocritError)
    log.warning("To %s %s is tried again later: %r", job.kind, job.entity_id, error, exc_info=None if known else error)
    return Failed(job.kind, job.entity_id, error)
