"""Finds what was said by its meaning: has it embedded in the background, and each question before it is ranked.

What is to be done follows from the setting and from what is stored, so a process that dies leaves nothing half done:
the rows of the index that have no vectors get them, the model that has all is used from then on, and what belongs to
another one is removed.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from itertools import islice
from time import monotonic
from typing import Final

import numpy as np

from src.entities import ServerSettingsChange
from src.errors import LocritError, ModelError
from src.events import Event, EventBus, JobProgress, JobStatus
from src.operations import Caller
from src.recall import meaning
from src.recall.meaning import Floats, Question, Space, Wanted
from src.services.llm import encoder
from src.services.llm.encoder import Encoder, Kind, ModelEncoder, SmallEncoder
from src.services.llm.router import LanguageModels
from src.stores import server_settings, vectors
from src.stores.database import Database, Snapshot

WITHIN_S: Final = 0.1
"""A question that takes longer is ranked by its words alone."""
ROWS_AT_ONCE: Final = 32
TEXTS_AT_ONCE: Final = 8
"""So long a question may have to wait for its turn, at most."""
LOOK_EVERY_S: Final = 30.0
"""What another process was told, nobody tells this one."""
TELL_EVERY_S: Final = 0.5
RETRY_S: Final = 5.0
BUSY_S: Final = 0.2

log = logging.getLogger(__name__)


class Meaning:
    """`is_busy` says whether replies are being written: what is embedded then would slow them down."""

    def __init__(
        self, database: Database, models: LanguageModels, bus: EventBus, is_busy: Callable[[], bool] = lambda: False
    ) -> None:
        self._db = database
        self._models = models
        self._bus = bus
        self._is_busy = is_busy
        self._small = SmallEncoder()
        self._digests: dict[str, str] = {}
        self._wake = asyncio.Event()
        self._unsubscribe = bus.subscribe(self._on_event)
        self._task: asyncio.Task[None] | None = None
        self._checked: Kind | None = None
        self._reached: dict[int, int] = {}
        """By model, the last row of the index that got vectors: of those before it only a few may lack them."""
        self._told: JobProgress | None = None
        self._told_at = 0.0

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="meaning")

    async def close(self) -> None:
        self._unsubscribe()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._small.close()

    def wake(self) -> None:
        """There is something new in the index."""
        self._wake.set()

    async def question(self, asked: str) -> Question | None:
        """As the model in use means it; None where there is none, and when it does not say so at once."""
        space = await self._db.read(vectors.in_use)
        if space is None or not asked or self._digests.get(space.model, space.digest) != space.digest:
            return None
        try:
            async with asyncio.timeout(WITHIN_S):
                [vector] = await self._encoder(space.model).embed([asked])
        except (ModelError, TimeoutError):
            return None
        return Question(space.id, space.chance, vector) if len(vector) == space.dimension else None

    async def jobs(self, caller: Caller) -> list[JobProgress]:
        """What is being embedded before it is used, as a job of the server."""
        return [self._told.model_copy(update={"user_id": caller.user_id})] if self._told is not None else []

    async def catch_up(self) -> None:
        """Does all that is to be done. Raises LocritError."""
        self._checked = None
        while await self._step():
            pass
        await self._tell(None, "done")

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ServerSettingsChange):
            self._wake.set()

    async def _run(self) -> None:
        is_warm = False
        while True:
            try:
                await self.catch_up()
                if not is_warm:
                    await self._warm()
                    is_warm = True
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            except LocritError as error:
                log.warning("To find by meaning waits: %s", error.message)
                await self._fail(error)
                await asyncio.sleep(RETRY_S)
            self._wake.clear()

    async def _warm(self) -> None:
        """An encoder takes longer to start than a question waits."""
        space = await self._db.read(vectors.in_use)
        if space is not None:
            await self._encoder(space.model).embed(meaning.UNRELATED[:1])

    async def _step(self) -> bool:
        """Does the next part of it; returns whether that may not have been all."""
        setting, spaces = await self._db.read(_state)
        kind = await self._kind(setting) if setting else None
        wanted = next((space for space in spaces if kind == Kind(space.model, space.digest)), None)
        if kind is None and any(space.in_use for space in spaces):
            await self._db.write(lambda tx: vectors.use(tx, None))
            return True
        for space in spaces:
            if space is not wanted and not (kind and space.in_use):
                await self._db.write(lambda tx, id_=space.id: vectors.drop_some(tx, id_))  # type: ignore[misc]
                return True
        if kind is None:
            return False
        if wanted is None:
            await self._begin(kind)
            return True
        if await self._embed_some(wanted):
            return True
        if not wanted.in_use:
            await self._db.write(lambda tx: vectors.use(tx, wanted.id))
        return not wanted.in_use

    async def _kind(self, model: str) -> Kind:
        """Asked once for all that is done together."""
        if self._checked is None or self._checked.model != model:
            self._checked = await self._encoder(model).kind()
            self._digests[model] = self._checked.digest
        return self._checked

    def _encoder(self, model: str) -> Encoder:
        return self._small if model == encoder.SMALL else ModelEncoder(self._models, model)

    async def _begin(self, kind: Kind) -> None:
        unrelated = await self._encoder(kind.model).embed(meaning.UNRELATED)
        dimension, chance = unrelated.shape[1], meaning.chance(unrelated)
        await self._db.write(lambda tx: vectors.add_space(tx, kind.model, kind.digest, dimension, chance))

    async def _embed_some(self, space: Space) -> bool:
        reached = self._reached.get(space.id, 0)
        after = max(0, reached - vectors.LOOKED_AT_AGAIN)
        rows = await self._db.read(lambda connection: vectors.waiting(connection, space.id, after, ROWS_AT_ONCE))
        if not rows:
            return False
        if not space.in_use:
            await self._tell(space, "running")
        found = iter(await self._embedded(space, [text for row in rows for text in row.texts]))
        packed: list[tuple[Wanted, bytes]] = [
            (row, meaning.pack(np.array(list(islice(found, len(row.texts)))))) for row in rows
        ]
        stored = await self._db.write(lambda tx: vectors.store(tx, space.id, packed))
        if stored == len(rows):
            self._reached[space.id] = max(reached, rows[-1].index_id)
        return True

    async def _embedded(self, space: Space, texts: Sequence[str]) -> Floats:
        found = list[Floats]()
        for at in range(0, len(texts), TEXTS_AT_ONCE):
            while self._is_busy():  # noqa: ASYNC110 - a reply takes as long as it takes
                await asyncio.sleep(BUSY_S)
            found.append(await self._encoder(space.model).embed(texts[at : at + TEXTS_AT_ONCE]))
        if any(some.shape[1] != space.dimension for some in found):
            raise ModelError(f"{space.model} gave vectors of another length than before.")
        return np.concatenate(found)

    async def _fail(self, error: LocritError) -> None:
        """Of what is in use already nobody waits for the rest."""
        setting, spaces = await self._db.read(_state)
        if setting and not any(space.in_use and space.model == setting for space in spaces):
            space_id = next((space.id for space in spaces if space.model == setting), 0)
            await self._publish(await self._progress(setting, space_id, "failing", error.message))

    async def _tell(self, space: Space | None, status: JobStatus) -> None:
        if space is None:
            if self._told is not None:
                await self._publish(self._told.model_copy(update={"status": status, "error": None}))
                self._told = None
            return
        if self._told is not None and self._told.status == status and monotonic() - self._told_at < TELL_EVERY_S:
            return
        await self._publish(await self._progress(space.model, space.id, status))

    async def _progress(self, model: str, space_id: int, status: JobStatus, error: str | None = None) -> JobProgress:
        done, total = await self._db.read(lambda connection: vectors.progress(connection, space_id))
        return JobProgress(
            user_id="",
            op_id=f"embed {model}",
            kind="embed",
            entity_id=model,
            status=status,
            done=done,
            total=total,
            error=error,
        )

    async def _publish(self, told: JobProgress) -> None:
        if self._told is not None and self._told.op_id != told.op_id:
            await self._tell(None, "done")
        self._told, self._told_at = told, monotonic()
        for user_id in await self._db.read(vectors.everybody):
            self._bus.publish(told.model_copy(update={"user_id": user_id}))


def _state(connection: Snapshot) -> tuple[str, list[Space]]:
    """What is set, and what there is."""
    return server_settings.read(connection).meaning, vectors.spaces(connection)
