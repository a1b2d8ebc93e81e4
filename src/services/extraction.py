"""Facts are extracted from what was said, by the Locrit's own model, while nobody waits for a reply of any."""

import asyncio
import logging
from contextlib import aclosing
from typing import Any, Final

from src.entities import MessageChange
from src.entities.extraction import Fact, Passage
from src.errors import LocritError, ModelError, StoreUnavailable
from src.events import Event, EventBus, ReplyEnded
from src.services import facts
from src.services.llm.options import usable
from src.services.llm.router import LanguageModels
from src.services.memory_ranking import RankedMemories
from src.stores import extraction, jobs
from src.stores.database import Database
from src.stores.jobs import Job

QUIET_S: Final = 1.0
"""After a reply: who goes on at once is not in each other's way."""
LOOK_EVERY_S: Final = 0.5
"""Whether another process has been asked something, while a model extracts."""
RETRY_EVERY_S: Final = 5.0
"""Whether something that was put off is due."""
CANDIDATES: Final = 10
MOST_ANSWER_TOKENS: Final = 2_000
UNEXPLAINED: Final = "Something went wrong: the server's log says what."

log = logging.getLogger(__name__)


class Extractor:
    """One job at a time. It gives way to whoever asks something, and begins anew afterwards."""

    def __init__(self, database: Database, models: LanguageModels, bus: EventBus) -> None:
        self._db = database
        self._models = models
        self._wake = asyncio.Event()
        self._wake.set()
        self._asking: asyncio.Task[list[Fact]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe = bus.subscribe(self._on_event)

    def start(self) -> None:
        """What an earlier process left is done first."""
        self._task = asyncio.create_task(self._run(), name="extractor")

    async def close(self) -> None:
        self._unsubscribe()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def wake(self) -> None:
        self._wake.set()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ReplyEnded):
            self._wake.set()
        elif isinstance(event, MessageChange) and getattr(event.payload, "status", "") == "streaming":
            self._give_way()

    def _give_way(self) -> None:
        if self._asking is not None:
            self._asking.cancel()

    async def _run(self) -> None:
        while True:
            try:
                async with asyncio.timeout(RETRY_EVERY_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            await asyncio.sleep(QUIET_S)
            try:
                while await self._extract_some():
                    pass
            except LocritError as error:
                log.warning("The extraction of facts waits: %s", error.message)

    async def _extract_some(self) -> bool:
        """Returns whether there may be more to do now."""
        if await self._is_somebody_answered():
            return False
        job = await self._db.write(lambda tx: extraction.take(tx, self._db.processes))
        if job is None:
            return False
        try:
            return await self._extract(job)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of a background task: it is logged, and tried again
            await self._put_off(job, error)
            return True

    async def _extract(self, job: Job) -> bool:
        passage = await self._db.read(lambda connection: extraction.passage(connection, job))
        if passage is None:
            await self._db.write(lambda tx: extraction.drop(tx, job))
            return True
        found = await self._asked(passage)
        if found is None:
            await self._db.write(lambda tx: extraction.let_go(tx, job))
            return False
        read_to = passage.new[-1].seq
        return await self._db.write(lambda tx: extraction.finish(tx, job, read_to, found))

    async def _asked(self, passage: Passage) -> list[Fact] | None:
        """None when somebody has asked something meanwhile."""
        self._asking = asking = asyncio.create_task(self._answer(passage), name="facts")
        try:
            while not (await asyncio.wait({asking}, timeout=LOOK_EVERY_S))[0]:
                if await self._is_somebody_answered():
                    self._give_way()
        finally:
            self._asking = None
            asking.cancel()
        return None if asking.cancelled() else asking.result()

    async def _answer(self, passage: Passage) -> list[Fact]:
        """Raises ModelError."""
        locrit, models = passage.locrit, self._models.at(passage.locrit.host)
        model = locrit.model or await models.default_model(passage.settings.default_model)
        said = "\n".join(message.content for message in passage.new)
        names = [[passage.conversation.user_id], [locrit.name, *locrit.former_names]]
        about = said[: extraction.MOST_CHARS]
        best = await asyncio.to_thread(lambda: RankedMemories(passage.known).ranked(about, names))
        candidates = [one.memory for one in best[:CANDIDATES]]
        options: dict[str, Any] = usable(passage.settings.options | locrit.options)
        options.pop("stop", None)
        options |= {"temperature": 0, "num_predict": MOST_ANSWER_TOKENS, "format": facts.schema(passage, candidates)}
        answer = ""
        async with aclosing(models.chat(model, facts.prompt(passage, candidates), options)) as deltas:
            async for delta in deltas:
                answer += delta.content
                if len(answer) > facts.MOST_ANSWER_CHARS or delta.done_reason == "length":
                    raise ModelError("The model’s list of facts has no end.")
        return facts.facts(answer, passage, candidates)

    async def _is_somebody_answered(self) -> bool:
        return await self._db.read(extraction.is_anything_said)

    async def _put_off(self, job: Job, error: Exception) -> None:
        known = isinstance(error, LocritError)
        log.warning("Facts of %s are extracted later: %r", job.entity_id, error, exc_info=None if known else error)
        reason = error.message if isinstance(error, LocritError) else UNEXPLAINED
        await self._db.write(lambda tx: jobs.put_off(tx, job, reason))
