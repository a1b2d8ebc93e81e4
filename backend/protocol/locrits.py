"""Locrits on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from backend.protocol.fields import (
    ClientLabel,
    Content,
    Host,
    Id,
    Metadata,
    Name,
    Picture,
    RequestModel,
    ResponseModel,
    Seq,
    SessionId,
    Text,
    Think,
    Title,
    Tools,
    whole,
)
from src.entities import AccessTo, Locrit, Message, OpenTo
from src.entities.locrits import Extraction, RecallLevel
from src.services.llm.options import ModelOptions


class LocritFields(RequestModel):
    """What can be set on a Locrit; fields that are not sent stay as they are."""

    description: Text | None = None
    system_prompt: Text | None = None
    host: Host | None = None
    model: Title | None = None
    options: ModelOptions | None = None
    think: Think | None = None
    tools: Tools | None = None
    recall: RecallLevel | None = None
    memories: Extraction | None = None
    metadata: Metadata | None = None
    message_limit: Annotated[int, Field(ge=1, le=1000), BeforeValidator(whole)] | None = None
    avatar: Picture | None = None
    welcome_message: Text | None = None
    active: bool | None = None
    open_to: OpenTo | None = None
    access_to: AccessTo | None = None


class CreateLocrit(LocritFields):
    """`id` is a UUID that the client may choose, so that it can speak of the Locrit before the server knows it."""

    name: Name
    id: UUID | None = None
    op_id: Id | None = None


class EditLocrit(LocritFields):
    """`rev` is the revision that the edit is based on; a stale one is refused with 409 and the current Locrit."""

    name: Name | None = None
    rev: Seq | None = None
    op_id: Id | None = None


class LocritQuery(RequestModel):
    include_deleted: bool = False


class LocritList(ResponseModel):
    success: Literal[True] = True
    locrits: list[Locrit]
    count: int


class ChatRequest(RequestModel):
    """The one-call chat: answers when the reply is complete (or streams server-sent events on `/chat/stream`)."""

    message: Content
    conversation_id: Id | None = None
    session_id: SessionId | None = None
    client_label: ClientLabel = None
    message_id: Id | None = None
    op_id: Id | None = None


class ChatResponse(ResponseModel):
    success: Literal[True] = True
    response: str
    locrit_name: str
    model: str
    conversation_id: str
    message_id: str

    @classmethod
    def of(cls, reply: Message, locrit_name: str) -> "ChatResponse":
        return cls(
            response=reply.content,
            locrit_name=locrit_name,
            model=reply.model or "",
            conversation_id=reply.conversation_id,
            message_id=reply.message_id,
        )
