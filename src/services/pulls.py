"""Installing models: jobs of the server, which go on when the page that began them is closed and after a restart."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from typing import Final

from src.entities import Failure, ModelPull
from src.errors import LocritError, ModelCut, ModelTimeout, ModelUnreachable, PullCut, StoreUnavailable
from src.events import EventBus, JobProgress
from src.operations import Caller, Operation
from src.services.llm.router import LanguageModels
from src.services.outcome import UNEXPLAINED, failure_of, without_saved
from src.stores import pulls
from src.stores.database import Database
from src.stores.ops import Effect
from src.stores.pulls import Pull
from src.stores.unit_of_work import UnitOfWork

REMEMBERED: Final = 20
TELL_EVERY_S: Final = 0.25
SAVE_EVERY: Final = 4
"""So many times it is told."""
CUT = (ModelUnreachable, ModelTimeout, ModelCut, PullCut)
"""After which it goes on by itself, once it has begun: the provider keeps what it has."""

log = logging.getLogger(__name__)


class ModelPulls:
    def __init__(self, database: Database, models: LanguageModels, bus: EventBus) -> None:
        self._db = database
        self._models = models
        self._bus = bus
        self._running: dict[str, tuple[_Running, asyncio.Task[None]]] = {}
        self._taking = asyncio.Lock()
        self._done: dict[str, ModelPull] = {}
        """The newest that this process has seen the end of."""

    async def all(self) -> Sequence[ModelPull]:
        """Those that are to be done, whichever process works on them; then those that are done."""
        rows = await self._db.read(pulls.every)
        open_ = {row.entity_id: self._told(row) for row in rows}
        return [*open_.values(), *(pull for id_, pull in self._done.items() if id_ not in open_)]

    async def jobs(self, caller: Caller) -> list[JobProgress]:
        """Those that the caller ordered and that are not there yet, the oldest first, as jobs of the server."""
        rows = await self._db.read(pulls.every)
        return [pulls.news(row, self._told(row))[1] for row in rows if row.owner_id == caller.user_id]

    async def begin(
        self, caller: Caller, model: str, *, host: str = "", op_id: str | None = None
    ) -> tuple[ModelPull, bool]:
        """Returns the pull, and whether it began now: one that runs, or a repeat, is told again. Raises Conflict,
        Forbidden, InvalidInput."""
        caller.require("administer")
        host = self._models.others.known_as(host)
        entity_id = pulls.entity_of(host, model)
        operation = Operation.of(caller, "pull_model", {"model": model, "host": host}, op_id)

        def start(tx: UnitOfWork) -> tuple[ModelPull, bool]:
            known = pulls.find(tx.connection, entity_id)
            is_new = known is None or pulls.told(known).status != "running"
            row = pulls.order(tx, entity_id, operation)
            if is_new:
                for event in pulls.news(row):
                    tx.publish_after_commit(event)
            return self._told(row), is_new

        def again(tx: UnitOfWork, _told: object) -> tuple[ModelPull, bool]:
            row = pulls.find(tx.connection, entity_id)
            ended = self._done.get(entity_id, ModelPull(host=host, model=model, status="done"))
            return (self._told(row) if row else ended), False

        told, begun = await self._db.run_once(operation, Effect(start, again))
        if begun:
            self._done.pop(entity_id, None)
            await self.go_on()
        return told, begun

    async def cancel(self, caller: Caller, model: str, *, host: str = "", op_id: str | None = None) -> ModelPull:
        """Take it back, or one that failed off the list. What was downloaded stays with the provider for a while. One
        that is no more is told as cancelled, too. Raises Forbidden, InvalidInput."""
        caller.require("administer")
        host = self._models.others.known_as(host)
        entity_id = pulls.entity_of(host, model)
        operation = Operation.of(caller, "cancel_pull", {"model": model, "host": host}, op_id)
        told = ModelPull(host=host, model=model, status="cancelled")
        drop = Effect(lambda tx: pulls.drop(tx, entity_id), lambda _tx, _told: None)
        if (dropped := await self._db.run_once(operation, drop)) is not None:
            if entity_id in self._running:
                self._running[entity_id][1].cancel()
            _tell(self._bus, dropped, told)
        return told

    # What the server does by itself

    async def go_on(self) -> None:
        """Works on what is due and nobody works on: new ones, those of dead processes, those that were cut off."""
        async with self._taking:
            working = [work.row.row_id for work, _ in self._running.values()]
            for row in await self._db.write(lambda tx: pulls.take(tx, self._db.processes, working)):
                work = _Running(self._db, self._models, self._bus, row)
                task = asyncio.create_task(self._run(work), name=f"pull {row.entity_id}")
                self._running[row.entity_id] = work, task

    async def close(self) -> None:
        tasks = [task for _, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if tasks:
            await self._db.write(pulls.let_go)

    def _told(self, row: Pull) -> ModelPull:
        work = self._running.get(row.entity_id)
        return work[0].told() if work and pulls.told(row).status == "running" else pulls.told(row)

    async def _run(self, work: "_Running") -> None:
        entity_id = work.row.entity_id
        try:
            ended = await work.run()
            if ended.status == "done":
                await self._end(work.row, ended)
        except StoreUnavailable as error:
            log.error("How installing %s ended cannot be saved, so it is looked at again: %s", entity_id, error.message)
            return
        finally:
            del self._running[entity_id]
        _tell(self._bus, work.row, ended)

    async def _end(self, row: Pull, done: ModelPull) -> None:
        """It is among those that are done before it is no more among those that are to be: nobody misses it."""
        while len(self._done) >= REMEMBERED:
            self._done.pop(next(iter(self._done)))
        self._done[row.entity_id] = done
        await self._db.write(lambda tx: pulls.end(tx, row))


def _tell(bus: EventBus, row: Pull, told: ModelPull) -> None:
    for event in pulls.news(row, told):
        bus.publish(event)


class _Running:
    """One that this process works on. What of it is on the disk is at most a second old."""

    def __init__(self, database: Database, models: LanguageModels, bus: EventBus, row: Pull) -> None:
        self.row = row
        self._db = database
        self._models = models
        self._bus = bus
        self._host, self._model = pulls.named(row)
        self._layers: dict[str, tuple[int, int]] = {}
        self._at = row.position, row.units

    def told(self) -> ModelPull:
        completed, total = self._at
        return ModelPull(host=self._host, model=self._model, completed=completed, total=total)

    async def run(self) -> ModelPull:
        """Until it is done, has failed or is cancelled; says which."""
        keeping = asyncio.create_task(self._keep(), name=f"progress of {self.row.entity_id}")
        following = asyncio.create_task(self._follow(), name=f"steps of {self.row.entity_id}")
        try:
            await asyncio.wait({keeping, following}, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                return self._ended("cancelled")
            return await self._end(following)
        finally:
            keeping.cancel()
            following.cancel()
            await asyncio.gather(keeping, following, return_exceptions=True)

    async def _end(self, following: "asyncio.Task[None]") -> ModelPull:
        error = following.exception()
        if error is None:
            return self._ended("done")
        if not isinstance(error, LocritError):  # the edge of a background task
            log.error("Installing %s failed", self._model, exc_info=error)
        failure = failure_of(error) if isinstance(error, LocritError) else UNEXPLAINED
        failure = failure.model_copy(update={"hint": without_saved(failure.hint)})
        goes_on = isinstance(error, CUT) and (self._at[1] > 0 or self.row.attempts > 1)
        return await self._give_up(failure, for_good=not goes_on)

    async def _give_up(self, failure: Failure, *, for_good: bool) -> ModelPull:
        completed, total = self._at

        def give_up(tx: UnitOfWork) -> Pull | None:
            pulls.advance(tx, self.row, completed, total)
            return pulls.give_up(tx, self.row, failure, for_good=for_good)

        row = await self._db.write(give_up)
        return pulls.told(row) if row is not None else self._ended("cancelled")

    def _ended(self, status: str) -> ModelPull:
        return self.told().model_copy(update={"status": status})

    async def _keep(self) -> None:
        """Tells and saves how far it is, until it is not to be done any more: another process was told to cancel it."""
        is_wanted, told, saved, ticks = True, None, self._at, 0
        while is_wanted:
            await asyncio.sleep(TELL_EVERY_S)
            at, ticks = self._at, ticks + 1
            if at != told:
                _tell(self._bus, self.row, self.told())
                told = at
            if ticks % SAVE_EVERY:
                continue
            try:
                is_wanted = await (self._is_wanted() if at == saved else self._advanced(*at))
                saved = at
            except StoreUnavailable as error:
                log.warning("How far %s is cannot be saved: %s", self._model, error.message)

    async def _is_wanted(self) -> bool:
        here = self._db.processes.process_id
        return await self._db.read(lambda connection: pulls.is_ours(connection, self.row, here))

    async def _advanced(self, completed: int, total: int) -> bool:
        return await self._db.write(lambda tx: pulls.advance(tx, self.row, completed, total))

    async def _follow(self) -> None:
        async with aclosing(self._models.at(self._host).pull(self._model)) as steps:
            async for step in steps:
                if step.total:
                    self._layers[step.digest] = step.completed, step.total
                    done, of = zip(*self._layers.values(), strict=True)
                    self._at = sum(done), sum(of)
