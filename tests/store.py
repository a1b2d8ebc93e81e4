"""The store with the services that stand on it, for tests that need neither models nor the web.

@on_each_database
async def test_something(store: Store) -> None: ...
"""

import asyncio
import functools
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, Table, event, make_url, select

from src.config import Settings
from src.entities import Attachment, Change, Message
from src.events import Event
from src.models import conversations, generations
from src.operations import Caller
from src.services.artifacts import ArtifactService
from src.services.attachments import AttachmentService
from src.services.concepts import ConceptService
from src.services.generation_repository import GenerationRepository
from src.services.history import HistoryService
from src.services.invitations import InvitationService
from src.services.locrits import LocritService
from src.services.memory import MemoryService
from src.services.recall import RecallService
from src.services.server_settings import ServerSettingsService
from src.services.tool_results import ToolResults
from src.services.turns import Turns
from src.stores import ancestry, messages
from src.stores.database import Database
from src.stores.files import beside
from tests.callers import ME, As

LOCRIT = "Bob Technique"


@dataclass
class Store:
    """As one person uses it. `published` are all events so far; `commits` counts the writer's commits."""

    url: str
    database: Database
    published: list[Event] = field(default_factory=list)
    commits: int = 0
    caller: Caller = ME

    def __post_init__(self) -> None:
        self.replies = GenerationRepository(self.database)
        self.memory: Any = As(self.caller, MemoryService(self.database))
        self.turns: Any = As(self.caller, Turns(self.database))
        self.locrits: Any = As(self.caller, LocritService(self.database))
        self.artifacts: Any = As(self.caller, ArtifactService(self.database))
        self.concepts: Any = As(self.caller, ConceptService(self.database))
        self.history: Any = As(self.caller, HistoryService(self.database))
        self.tool_results: Any = As(self.caller, ToolResults(self.database))
        self.attachments: Any = As(self.caller, AttachmentService(self.database))
        self.invitations: Any = As(self.caller, InvitationService(self.database))
        self.recall: Any = As(self.caller, RecallService(self.database))
        self.server_settings: Any = As(self.caller, ServerSettingsService(self.database, Settings()))

    async def of(self, caller: Caller) -> "Store":
        """The same one, as another person uses it."""
        theirs = Store(self.url, self.database, self.published, caller=caller)
        await theirs.locrits.ensure_defaults()
        return theirs

    @property
    def writing(self) -> Engine:
        return self.database._engines[0]

    async def conversation(self, session_id: str = "one", locrit: str = LOCRIT) -> str:
        conversation, _ = await self.memory.open_conversation(locrit, session_id=session_id)
        return conversation.conversation_id

    async def attach(self, attachment_id: str, name: str, content: bytes, op_id: str | None = None) -> Attachment:
        """As who uploads it all at once."""
        service = AttachmentService(self.database)
        with service.receiving() as incoming:
            await service.receive(incoming, content)
            attachment, _ = await service.save(self.caller, attachment_id, name, incoming, op_id)
        return attachment

    async def rows(self, what: Table | Select[Any]) -> list[Row[Any]]:
        statement = select(what) if isinstance(what, Table) else what
        return await self.database.read(lambda connection: list(connection.execute(statement)))

    async def leaf_id(self, conversation_id: str) -> str | None:
        """The message that the next one follows."""
        (row,) = await self.rows(select(conversations.c.leaf_id).where(conversations.c.id == conversation_id))
        return None if row.leaf_id is None else str(row.leaf_id)

    async def ancestry(self, message_id: str, limit: int) -> list[Message]:
        """What led to it, as the model is shown it."""
        return await self.database.read(lambda connection: ancestry.to(connection, message_id, limit))

    async def running(self) -> list[str]:
        """The ids of the replies that nobody has ended."""
        rows = await self.rows(select(generations.c.id).where(generations.c.status == "streaming"))
        return [row.id for row in rows]

    def changes(self, scope: str) -> list[Change]:
        return [event for event in self.published if isinstance(event, Change) and event.scope == scope]


def every_message(connection: Connection, conversation_id: str) -> list[Message]:
    """In order, those in the trash and the stubs of forgotten ones too."""
    return messages.page(connection, conversation_id, None, 0, messages.NEWEST, include_deleted=True)[0]


@asynccontextmanager
async def opened(url: str, *, accept_loss: bool = False) -> AsyncIterator[Store]:
    published: list[Event] = []
    async with (
        _files(url) as files,
        Database.open(url, published.append, accept_loss=accept_loss, files=files) as database,
    ):
        store = Store(url, database, published)
        event.listen(store.writing, "commit", functools.partial(_count_commit, store))
        await store.locrits.ensure_defaults()
        yield store


@asynccontextmanager
async def _files(url: str) -> AsyncIterator[Path]:
    """Where the database keeps them; of one that is no file on this disk, for as long as it is open."""
    with tempfile.TemporaryDirectory(prefix="locrit-files-") as directory:
        yield beside(make_url(url)) or Path(directory)


def _count_commit(store: Store, _connection: object) -> None:
    store.commits += 1


@asynccontextmanager
async def writer_held(database: Database) -> AsyncIterator[None]:
    """What is written meanwhile waits, and is one batch afterwards."""
    taken, release = threading.Event(), threading.Event()

    def hold(_transaction: object) -> None:
        taken.set()
        release.wait(20)

    holding = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(taken.wait)
    try:
        yield
        await asyncio.sleep(0)
    finally:
        release.set()
        await holding


Scenario = Callable[[Store], Awaitable[None]]


def on_each_database(scenario: Scenario) -> Callable[[str], None]:
    def test(database_url: str) -> None:
        _run(scenario, database_url)

    return _named(test, scenario)


def on_sqlite(scenario: Scenario) -> Callable[[str], None]:
    def test(sqlite_url: str) -> None:
        _run(scenario, sqlite_url)

    return _named(test, scenario)


def _run(scenario: Scenario, url: str) -> None:
    async def run() -> None:
        async with opened(url) as store:
            await scenario(store)

    asyncio.run(run())


def _named(test: Callable[[str], None], scenario: Scenario) -> Callable[[str], None]:
    functools.update_wrapper(test, scenario)
    del test.__wrapped__  # type: ignore[attr-defined]  # else pytest asks for the scenario's parameters
    test.__annotations__ = {}
    return test
