"""Scripts of older systems, which import services and start no server.

They find them where they look for them: in `src.services.memory_manager_service` and `src.services.config_service`.
What they save is in the database of the settings, which no server may hold at that moment.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from backend.async_bridge import AsyncBridge
from backend.auth import person
from backend.dialects.defaults import DefaultModel
from backend.dialects.locrits import settings_of
from backend.dialects.saved import SavedMessage
from backend.protocol.fields import Content, Id, Metadata, RequestModel, SessionId
from backend.protocol.memory import MemorySummary
from src.application import Application
from src.config import Settings
from src.entities import Role
from src.errors import NotFound
from src.ids import new_id
from src.operations import Caller

T = TypeVar("T")
Work = Callable[[Application, Caller], Coroutine[Any, Any, T]]


class LocalApplication:
    """The application in this very process, opened by the first call; its end closes it, as whatever a call has saved
    is on the disk when it returns. Usable from every thread. Raises StoreUnavailable."""

    def __init__(self) -> None:
        self._opening = threading.Lock()
        self._opened: tuple[AsyncBridge, Application] | None = None

    async def run(self, work: Work[T]) -> T:
        """For coroutines, on whichever loop."""
        return await asyncio.to_thread(self._run, work)

    def run_now(self, work: Work[T]) -> T:
        """For plain calls, which scripts make from inside a coroutine too: their own loop waits meanwhile."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self._run, work).result()

    def _run(self, work: Work[T]) -> T:
        bridge, application = self._open()
        return bridge.run(work(application, person("script")))

    def _open(self) -> tuple[AsyncBridge, Application]:
        with self._opening:
            if self._opened is None:
                bridge, application = AsyncBridge(), Application(Settings())
                bridge.run(application.locrits.ensure_defaults(person("script")))
                self._opened = bridge, application
            return self._opened


_local = LocalApplication()


class NewMessage(RequestModel):
    role: Role
    content: Content
    session_id: SessionId
    user_id: Id
    metadata: Metadata


class MemoryManagerService:
    """What is said to a Locrit. Raises NotFound for one that there is not, and ValueError for what cannot be saved."""

    def __init__(self) -> None:
        self._session_id = new_id()

    async def save_message(
        self,
        locrit_name: str,
        role: str,
        content: str,
        session_id: str | None = None,
        user_id: str = "default",
        metadata: dict[str, Any] | None = None,
    ) -> str:
        """Returns the message's id. Without a session it is said in the one of this object."""
        new = NewMessage.model_validate(
            {
                "role": role,
                "content": content,
                "session_id": session_id or self._session_id,
                "user_id": user_id,
                "metadata": metadata or {},
            }
        )

        async def save(locrit: Application, caller: Caller) -> str:
            opened, _ = await locrit.memory.open_conversation(
                caller, locrit_name, session_id=new.session_id, client_label=new.user_id
            )
            saved, _ = await locrit.memory.save_message(
                caller, opened.conversation_id, new.role, new.content, metadata=new.metadata
            )
            return saved.message_id

        return await _local.run(save)

    async def get_conversation_history(
        self, locrit_name: str, session_id: str, limit: int = 50
    ) -> list[dict[str, Any]]:
        """Returns the newest messages, oldest first; none of a session in which nobody has said anything yet."""

        async def read(locrit: Application, caller: Caller) -> list[dict[str, Any]]:
            await locrit.locrits.get(caller, locrit_name)
            try:
                session, found, _ = await locrit.memory.session_messages(caller, locrit_name, session_id, limit=limit)
            except NotFound:
                return []
            return [SavedMessage.of(message, session).model_dump(mode="json") for message in found]

        return await _local.run(read)

    async def get_full_memory_summary(self, locrit_name: str) -> dict[str, Any]:
        """Returns `statistics`, the newest messages (newest first) and sessions."""

        async def read(locrit: Application, caller: Caller) -> dict[str, Any]:
            summary = MemorySummary.of(await locrit.memory.get_full_memory_summary(caller, locrit_name))
            told = summary.model_dump(mode="json")
            return told | {"recent_messages": told["recent_messages"][::-1]}

        return await _local.run(read)

    async def get_memory_stats(self, locrit_name: str) -> dict[str, Any]:
        async def read(locrit: Application, caller: Caller) -> dict[str, Any]:
            return (await locrit.memory.statistics(caller, locrit_name)).model_dump(mode="json")

        return await _local.run(read)


class ConfigService:
    def list_locrits(self) -> list[str]:
        """Returns their names, oldest first."""

        async def names(locrit: Application, caller: Caller) -> list[str]:
            return [one.name for one in await locrit.locrits.list(caller)]

        return _local.run_now(names)

    def get_locrit_settings(self, name: str) -> dict[str, Any] | None:
        """Returns what `GET /api/locrits` says of it, or None where there is none."""

        async def read(locrit: Application, caller: Caller) -> dict[str, Any] | None:
            try:
                found = await locrit.locrits.get(caller, name)
            except NotFound:
                return None
            return settings_of(found, await DefaultModel(locrit).name()).model_dump(mode="json")

        return _local.run_now(read)
