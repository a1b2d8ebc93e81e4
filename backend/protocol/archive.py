"""Versions, forks, the trash, forgetting, merging and integrity on the wire."""

from typing import Annotated, Literal

from pydantic import Field

from backend.protocol.fields import Content, Id, Metadata, Moment, Request, Response, Seq
from src.entities import MessageVersion, Role

MAX_SYNCED = 5000


class Versions(Response):
    """Newest first; the first is what the message says now."""

    message_id: str
    versions: list[MessageVersion]


class RollBack(Request):
    """`rev` is the version that the message shall say again."""

    rev: Seq
    op_id: Id | None = None


class KeepAside(Request):
    """An edit that lost against another one: kept as a version."""

    content: Content
    op_id: Id | None = None


class Fork(Request):
    """The new conversation begins with what was said up to this message."""

    message_id: Id
    conversation_id: Id | None = None
    op_id: Id | None = None


class Forget(Request):
    """Destroys content everywhere; cannot be undone."""

    confirm: Literal[True]
    op_id: Id | None = None


class EmptyTrash(Request):
    confirm: Literal[True]
    older_than_days: Annotated[float, Field(ge=0, le=36500)] = 0


class Copies(Response):
    """`copies` counts the other messages that are forgotten with this one: what it was copied from and to, in forks."""

    message_id: str
    copies: int


class SyncedMessage(Request):
    """A message as the client has it. `rev` is the revision that it last saw from the server, if any; `created_at` is
    when it was said, without it now."""

    message_id: Id
    role: Role
    content: Content
    rev: Seq | None = None
    metadata: Metadata = Field(default_factory=dict)
    created_at: Moment | None = None


class Sync(Request):
    """What a client has of a conversation, in its order. It is merged, never taken as the whole truth."""

    messages: Annotated[list[SyncedMessage], Field(max_length=MAX_SYNCED)]


class Synced(Response):
    """Ids by what became of them. `kept_aside`: both sides had changed it; the client's text is kept as a version."""

    added: list[str]
    updated: list[str]
    kept_aside: list[str]
    unchanged: list[str]
    forgotten: list[str]
    head_seq: int


class Verify(Request):
    """`repair` sets right what follows from the rest: counters and the search index."""

    repair: bool = False


class Storage(Response):
    """Sizes are bytes; `free` is what is left on the disk of the data directory."""

    database: str
    database_bytes: int
    log_bytes: int
    free_bytes: int
    messages: int
    conversations: int
    trash: int
