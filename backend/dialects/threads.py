"""Messages by ids that are unique in their conversation only, as clients keep and send whole threads of them.

Ours is derived from the conversation and theirs, which stays beside it and is what they are answered with.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID, uuid5

from pydantic import AliasChoices, BeforeValidator, Field

from backend.protocol.fields import Content, Id, Metadata, RequestModel, Text
from src.application import Application
from src.entities import ClientMessage, MergeResult, Message, MessageStatus, Role
from src.entities.parts import reworded
from src.errors import Forgotten, NotFound
from src.operations import Caller

_IDS = UUID("d3f2a8b4-7c1e-4b57-9a57-5e0f1c2b6a90")
THEIR_ID = "id"
"""In a message's metadata: what its client calls it."""
_LAST_MS = 253402300799000
_PAGE = 200

T = TypeVar("T")


def own_id(conversation_id: str, theirs: str) -> str:
    """Of a message or an artifact that a client calls `theirs`."""
    return str(uuid5(_IDS, json.dumps([conversation_id, theirs])))


async def first_known(get: Callable[[str], Awaitable[T]], ids: Iterable[str], is_it: Callable[[T], bool]) -> T | None:
    """The first of them that is there, and is it."""
    for id_ in ids:
        try:
            found = await get(id_)
        except NotFound:
            continue
        if is_it(found):
            return found
    return None


def their_id(message: Message) -> str:
    return str(message.metadata.get(THEIR_ID, message.message_id))


def moment_ms(moment: Any) -> int | None:
    """Of milliseconds or ISO 8601; what cannot be read is no reason to refuse a message."""
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment).timestamp() * 1000
        except (ValueError, OverflowError, OSError):
            return None
    is_number = isinstance(moment, int | float) and not isinstance(moment, bool)
    return round(moment) if is_number and 0 < moment < _LAST_MS else None


Moment = Annotated[int | None, BeforeValidator(moment_ms)]


def _as_text(id_: Any) -> Any:
    return str(id_) if isinstance(id_, int) and not isinstance(id_, bool) else id_


TheirId = Annotated[Id, BeforeValidator(_as_text)]
"""A client may count, or take the time, for an id."""


class TheirMessage(RequestModel):
    id: TheirId | None = Field(None, validation_alias=AliasChoices("id", "message_id", "messageId"))
    role: Literal["user", "assistant", "system", "tool"] = Field(validation_alias=AliasChoices("role", "type"))
    content: Text
    timestamp: Moment = Field(None, validation_alias=AliasChoices("timestamp", "created_at", "createdAt"))
    metadata: Metadata = Field(default_factory=dict)


def thread_session(said: Sequence[TheirMessage]) -> str:
    """A thread that has no id is known by how it begins."""
    first = said[0].id or f"{said[0].role}:{said[0].content}"
    return f"stored_{hashlib.sha256(first.encode()).hexdigest()[:32]}"


class Threads:
    """Saves and merges messages by their clients' ids."""

    def __init__(self, application: Application) -> None:
        self._memory = application.memory
        self._history = application.history

    async def find(self, caller: Caller, conversation_id: str, theirs: str) -> Message | None:
        """By the id that its client gave it, else by ours, in this conversation."""
        get, ids = partial(self._memory.message, caller), (own_id(conversation_id, theirs), theirs)
        return await first_known(get, ids, lambda message: message.conversation_id == conversation_id)

    async def whole(self, caller: Caller, conversation_id: str, *, include_deleted: bool = False) -> list[Message]:
        """All of a conversation, oldest first."""
        found: list[Message] = []
        after: int | None = 0
        while after is not None:
            page, more, _ = await self._memory.get_conversation_history(
                caller, conversation_id, after=after, limit=_PAGE, include_deleted=include_deleted
            )
            found += page
            after = page[-1].seq if more and page else None
        return found

    async def save(
        self,
        caller: Caller,
        conversation_id: str,
        theirs: str,
        role: Role,
        content: Content,
        metadata: Metadata,
        status: MessageStatus = "complete",
    ) -> Message:
        """Saves a message as it is now: what it said before is kept as a version. An assistant's text that it has
        outgrown is an older copy of it."""
        stored = await self.find(caller, conversation_id, theirs)
        if stored is None:
            told = {**metadata, THEIR_ID: theirs}
            new = ClientMessage(own_id(conversation_id, theirs), role, content, metadata=told, status=status)
            await self._history.merge(caller, conversation_id, [new])
            return await self._memory.message(caller, new.message_id)
        if stored.forgotten_at is not None:
            raise Forgotten("This message was forgotten on purpose; it does not come back.")
        changed = None if _is_outgrown(stored, content) else _changed(stored, content, metadata, status)
        if changed is not None:
            await self._history.merge(caller, conversation_id, [changed])
        return await self._memory.message(caller, stored.message_id)

    async def merge(self, caller: Caller, conversation_id: str, said: Sequence[TheirMessage]) -> MergeResult:
        """Merges a thread: nothing is removed, what has grown is a new version, and what is of another opinion is kept
        as one beside what is stored."""
        known = {one.message_id: one for one in await self.whole(caller, conversation_id, include_deleted=True)}
        merging = [_merging(known, conversation_id, place, one) for place, one in enumerate(said)]
        return await self._history.merge(caller, conversation_id, merging)


def _merging(known: Mapping[str, Message], conversation_id: str, place: int, one: TheirMessage) -> ClientMessage:
    """`known` are those of the conversation, by their own ids."""
    theirs = one.id or f"{place}:{one.role}:{hashlib.sha256(one.content.encode()).hexdigest()}"
    id_ = own_id(conversation_id, theirs)
    stored = known.get(id_) or known.get(theirs)
    if stored is None:
        told = {**one.metadata, THEIR_ID: theirs}
        return ClientMessage(id_, one.role, one.content, metadata=told, created_at=one.timestamp)
    if one.content != stored.content and one.content.startswith(stored.content):
        return _changed(stored, one.content, one.metadata, "complete") or _as_it_is(stored, one.content)
    return _as_it_is(stored, one.content)


def _as_it_is(stored: Message, content: str) -> ClientMessage:
    return ClientMessage(stored.message_id, stored.role, content)


def _is_outgrown(stored: Message, content: str) -> bool:
    return stored.role == "assistant" and stored.content != content and stored.content.startswith(content)


def _changed(stored: Message, content: str, metadata: Metadata, status: MessageStatus) -> ClientMessage | None:
    """The next revision of it; none where nothing is new, or where it is not its client's to change."""
    told = stored.metadata | metadata
    is_same = (content, told, status) == (stored.content, stored.metadata, stored.status)
    if is_same or stored.status == "streaming" or stored.deleted_at is not None:
        return None
    return ClientMessage(
        stored.message_id,
        stored.role,
        content,
        rev=stored.rev + 1,
        metadata=told,
        status=status,
        model=stored.model,
        usage=stored.usage,
        error=stored.error,
        context=stored.context,
        parts=reworded(stored.parts) if content != stored.content else stored.parts,
    )
