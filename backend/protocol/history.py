"""Versions, forks, the trash, forgetting, merging and integrity on the wire."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from backend.protocol.fields import (
    Content,
    Id,
    Metadata,
    Moment,
    Name,
    Parts,
    RequestModel,
    ResponseModel,
    Revision,
    Seq,
    SessionId,
    Text,
    Think,
    Title,
    Yes,
    countable,
    not_blank,
    tellable,
)
from backend.protocol.locrits import LocritFields
from backend.protocol.synced_rows import SyncedArtifact, SyncedToolResult
from src.entities import Body, Checking, Failure, MessageStatus, MessageVersion, PromptContext, Role, Timestamp, Usage
from src.entities.parts import is_sound
from src.events import JobProgress

MAX_SYNCED = 5000


class Versions(ResponseModel):
    """Newest first; the first is what the message says now."""

    message_id: str
    versions: list[MessageVersion]


class RollBack(RequestModel):
    """`rev` is the version that the message shall say again."""

    rev: Seq
    op_id: Id | None = None


class KeepConflict(RequestModel):
    """An edit that lost against another one: kept as a version."""

    content: Content
    op_id: Id | None = None


class Fork(RequestModel):
    """The new conversation begins with what was said up to this message."""

    message_id: Id
    conversation_id: Id | None = None
    op_id: Id | None = None


class Forget(RequestModel):
    """Destroys content everywhere; cannot be undone."""

    confirm: Yes
    op_id: Id | None = None


class EmptyTrash(RequestModel):
    confirm: Yes
    older_than_days: Annotated[float, Field(ge=0, le=36500)] = 0
    op_id: Id | None = None


class JobList(ResponseModel):
    """What takes long, was ordered, and is not done yet; the oldest first."""

    jobs: list[JobProgress]


class Copies(ResponseModel):
    """`copies` counts the other messages that are forgotten with this one: what it was copied from and to, in forks."""

    message_id: str
    copies: int


class SyncedMessage(RequestModel):
    """A message as the client has it. `rev` is the revision that it last saw from the server, if any; `created_at` is
    when it was said, without it now. Only a client that tells the `status` knows more of it than its words: whom it
    follows, how it ended and what it cost, that it is in the trash or forgotten. A reply that was being written has
    been interrupted."""

    message_id: Id
    role: Role
    content: Text
    rev: Revision | None = None
    metadata: Metadata = Field(default_factory=dict)
    created_at: Moment | None = None
    parent_id: Id | None = None
    status: MessageStatus | None = None
    model: Annotated[Text, Field(max_length=200)] | None = None
    usage: Annotated[Usage, AfterValidator(countable)] | None = None
    error: Annotated[Failure, AfterValidator(tellable)] | None = None
    context: Annotated[PromptContext, AfterValidator(countable)] | None = None
    parts: Parts | None = None
    updated_at: Moment | None = None
    deleted_at: Moment | None = None
    forgotten_at: Moment | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.status is None and self.forgotten_at is None:
            not_blank(self.content)
        if not is_sound(Body(self.content, self.parts)):
            raise ValueError("parts: their texts must be the content")
        return self


class SyncedConversation(RequestModel):
    """A conversation as the client has it; with a Locrit that is missing, too, that is made with its name."""

    locrit_id: Id | None = None
    locrit_name: Name
    user_id: Id
    session_id: SessionId
    title: Title = ""
    starred: bool = False
    pinned: bool = False
    archived: bool = False
    tags: Annotated[list[Title], Field(max_length=50)] = Field(default_factory=list)
    think: Think = ""
    metadata: Metadata = Field(default_factory=dict)
    forked_from: Id | None = None
    rev: Revision = 0
    created_at: Moment | None = None
    updated_at: Moment | None = None
    deleted_at: Moment | None = None


class SyncedLocrit(LocritFields):
    """A Locrit as the client has it, all of it. One that was forgotten has no name."""

    id: Id
    name: Name | Literal[""]
    former_names: Annotated[list[Name], Field(max_length=100)] = Field(default_factory=list)
    avatar: Title | None = None  # older ones may be longer than one picture
    rev: Revision
    created_at: Moment | None = None
    updated_at: Moment | None = None
    deleted_at: Moment | None = None
    forgotten_at: Moment | None = None

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if not self.name and self.forgotten_at is None:
            raise ValueError("A Locrit needs a name.")
        return self


class Sync(RequestModel):
    """What a client has of a conversation, in its order. It is merged, never taken as the whole truth. With the
    `conversation` itself one that the server lacks is made again. What messages called and made follows them: with
    them, or later."""

    messages: Annotated[list[SyncedMessage], Field(max_length=MAX_SYNCED)]
    conversation: SyncedConversation | None = None
    tool_results: Annotated[list[SyncedToolResult], Field(max_length=MAX_SYNCED)] = Field(default_factory=list)
    artifacts: Annotated[list[SyncedArtifact], Field(max_length=MAX_SYNCED)] = Field(default_factory=list)


class SyncLocrits(RequestModel):
    """What a client has of its Locrits: missing ones are made again, of others the newer revision counts."""

    locrits: Annotated[list[SyncedLocrit], Field(max_length=MAX_SYNCED)]


class SyncForgotten(RequestModel):
    """Ids of what a client heard was forgotten: of the rest that it keeps of it, it is told with its conversation."""

    message_ids: Annotated[list[Id], Field(max_length=MAX_SYNCED)] = Field(default_factory=list)
    artifact_ids: Annotated[list[Id], Field(max_length=MAX_SYNCED)] = Field(default_factory=list)


class Synced(ResponseModel):
    """Ids by what became of them. `conflicted`: both sides had changed it; the client's text is kept as a version.
    `kept_aside` says the same to older clients."""

    added: list[str]
    updated: list[str]
    conflicted: list[str]
    kept_aside: list[str]
    unchanged: list[str]
    forgotten: list[str]
    head_seq: int


class Verify(RequestModel):
    """`repair` sets right what follows from the rest: counters and the search index."""

    repair: bool = False


class Verifying(ResponseModel):
    """`checking` is null when nothing is checked now."""

    checking: Checking | None = None


class SaveCounts(ResponseModel):
    """`refused` is what cannot be saved: a stale revision, something that there is not. `failed` is what should have
    been."""

    saved: int
    refused: int
    failed: int


class ReplyCounts(ResponseModel):
    complete: int
    interrupted: int
    failed: int
    stopped: int


class Storage(ResponseModel):
    """Sizes are bytes; `free` is what is left on the disk of the data directory. `waiting` messages of `messages` are
    not searched until the search index is made anew. `saves` and `replies` are counted by this process, `since` it
    began."""

    database: str
    database_bytes: int
    log_bytes: int
    free_bytes: int
    messages: int
    conversations: int
    trash: int
    waiting: int
    since: Timestamp
    saves: SaveCounts
    replies: ReplyCounts
