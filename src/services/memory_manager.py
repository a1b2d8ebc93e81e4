"""The memory manager: what a script needs to save what is said and to find it again, for one person.

    async with Database.open(url, publish=lambda _event: None) as database:
        memory = MemoryManager(database)
        conversation, _ = await memory.open_conversation("Bob Technique", session_id="notes")
        await memory.save_message(conversation.conversation_id, "user", "Remember me.")

Usable from any event loop, `asyncio.run` included. Raises LocritError; a failure is never an empty result.
"""

from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from src.operations import Caller
from src.services.memory import MemoryService
from src.stores import users
from src.stores.database import Database

P = ParamSpec("P")
T = TypeVar("T")


def _for_one_person(
    method: Callable[Concatenate[MemoryService, Caller, P], Awaitable[T]],
) -> Callable[Concatenate["MemoryManager", P], Awaitable[T]]:
    async def speak(self: "MemoryManager", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await method(self._service, await self._caller(), *args, **kwargs)

    speak.__doc__ = method.__doc__
    return speak


class MemoryManager:
    """Speaks for the person of this id; without one, for the only person that the database knows."""

    def __init__(self, database: Database, user_id: str | None = None) -> None:
        self._db = database
        self._service = MemoryService(database)
        self._user_id = user_id

    open_conversation = _for_one_person(MemoryService.open_conversation)
    save_message = _for_one_person(MemoryService.save_message)
    get_conversation_history = _for_one_person(MemoryService.get_conversation_history)
    search_memories = _for_one_person(MemoryService.search_memories)
    get_full_memory_summary = _for_one_person(MemoryService.get_full_memory_summary)

    async def _caller(self) -> Caller:
        """A script is a door of its own: nobody stands between it and the database."""
        if self._user_id is None:
            self._user_id = await self._db.read(users.only)
        return Caller(self._user_id)
