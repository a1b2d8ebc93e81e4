"""Memories: the facts that a Locrit keeps of a person."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from backend.protocol.fields import (
    MAX_BESIDE,
    Content,
    Id,
    Metadata,
    Moment,
    No,
    RequestModel,
    ResponseModel,
    Revision,
    Seq,
    Text,
    whole,
)
from src.entities import (
    Memory,
    MemoryVersion,
    Timestamp,
)
from src.entities.base import absent
from src.entities.explorer import MemoryOrigin


class MemoryQuery(RequestModel):
    """`state`: those that are suggested, valid or past; valid and past ones ("accepted") where nothing is said."""

    limit: Annotated[int, Field(ge=1, le=1000), BeforeValidator(whole)] = 50
    state: Literal["suggested", "valid", "past", "accepted", "any"] = "accepted"


class ExtractionProgress(ResponseModel):
    """In how many conversations facts are still to be looked for; why that has failed, and when it is tried again."""

    waiting: int
    problem: str | None = None
    next_try_at: Timestamp | None = None


class MemoryList(ResponseModel):
    success: Literal[True] = True
    memories: list[Memory]
    count: int
    extraction: ExtractionProgress | None = absent()


class SaveMemory(RequestModel):
    """Something to remember that was not said in a conversation. `importance` from 0 to 1; it is so from `valid_from`
    to `valid_to`. `memory_id` may be chosen by the client."""

    content: Content
    importance: Annotated[float, Field(ge=0, le=1)] = 0.5
    tags: Annotated[list[str], Field(max_length=50)] = Field(default_factory=list)
    metadata: Metadata = Field(default_factory=dict)
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    memory_id: Id | None = None
    op_id: Id | None = None


class EditMemory(RequestModel):
    """What is left out stays; `rev` is the revision that the edit is based on. A date that is null is not known any
    more; with `suggested: false` it is accepted."""

    content: Content | None = None
    importance: Annotated[float, Field(ge=0, le=1)] | None = None
    tags: Annotated[list[str], Field(max_length=50)] | None = None
    pinned: bool | None = None
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    suggested: No | None = None
    rev: Seq | None = None
    op_id: Id | None = None


class SyncedSource(RequestModel):
    message_id: Id
    conversation_id: Id


class SyncedMemory(RequestModel):
    """A memory as a client has it. Of a forgotten one its `stub_digest` is what is left."""

    id: Id
    locrit_id: Id
    content: Text
    importance: Annotated[float, Field(ge=0, le=1)]
    tags: Annotated[list[str], Field(max_length=50)]
    pinned: bool
    metadata: Metadata = Field(default_factory=dict)
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    origin: MemoryOrigin = "person"
    suggested: bool = False
    sources: Annotated[list[SyncedSource], Field(max_length=MAX_BESIDE)] = Field(default_factory=list)
    replaces: Id | None = None
    stub_digest: Text | None = None
    rev: Revision
    created_at: Moment
    updated_at: Moment
    deleted_at: Moment | None = None
    forgotten_at: Moment | None = None


class SyncMemories(RequestModel):
    """What a client has of memories: of Locrits that are here, the newer revision counts."""

    memories: Annotated[list[SyncedMemory], Field(max_length=MAX_BESIDE)]


class MemoryVersions(ResponseModel):
    """Newest first; the first is what the memory says now."""

    success: Literal[True] = True
    memory_id: str
    versions: list[MemoryVersion]
