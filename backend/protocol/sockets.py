"""Socket.IO: what clients send and what they are sent, on `/` and on `/chat` alike."""

from typing import Literal

from pydantic import model_validator

from backend.protocol.conversations import Question
from backend.protocol.fields import (
    ClientLabel,
    Id,
    Name,
    RequestModel,
    ResponseModel,
    Seq,
    SessionId,
)
from src.entities import ChangeEvent, Failure, Timestamp


class JoinChat(RequestModel):
    locrit_name: Name
    session_id: SessionId | None = None
    client_label: ClientLabel = None


class LeaveChat(JoinChat):
    """The same fields as when joining."""


class ChatMessage(Question):
    """`stream` false: one `chat_response` instead of chunks. With a `locrit_name` a conversation that is not there
    begins with this message; without one, `conversation_id` names one that is."""

    locrit_name: Name | None = None
    session_id: SessionId | None = None
    conversation_id: Id | None = None
    client_label: ClientLabel = None
    stream: bool = True

    @model_validator(mode="after")
    def _says_where(self) -> "ChatMessage":
        if self.locrit_name is None and self.conversation_id is None:
            raise ValueError("locrit_name or conversation_id must be given")
        return self


class Subscribe(RequestModel):
    """`since` is the last seq that the client has applied; without it only the head is told."""

    scope: Id
    since: Seq | None = None

    @model_validator(mode="after")
    def _known_scope(self) -> "Subscribe":
        if self.scope.partition(":")[0] not in ("conversation", "user"):
            raise ValueError("scope must be conversation:<id> or user:<id>")
        return self


class Unsubscribe(RequestModel):
    scope: Id


class StopGeneration(RequestModel):
    generation_id: Id


class ResumeGeneration(RequestModel):
    """The acknowledgement has the whole text so far, whatever `idx` the client has; `chat_chunk`s go on from there."""

    generation_id: Id
    idx: Seq = 0


class OutboxReport(RequestModel):
    """How long what waits longest in a browser's outbox has waited; nothing, when nothing waits."""

    oldest_ms: Seq | None = None


class Connected(ResponseModel):
    """Sent at first, and again when a push may have been lost on the way: then ask for what was missed."""

    status: Literal["connected"] = "connected"
    user_id: str
    version: str


class JoinedChat(ResponseModel):
    locrit_name: str
    session_id: str
    conversation_id: str
    room: str


class LeftChat(ResponseModel):
    locrit_name: str
    session_id: str


class ChatReply(ResponseModel):
    """The whole reply at once, as `chat_response`."""

    locrit_name: str
    session_id: str
    conversation_id: str
    message_id: str
    response: str
    timestamp: Timestamp
    message_count: int


class Subscribed(ResponseModel):
    """The acknowledgement of `subscribe`: what happened after `since`, then live `event`s follow."""

    ok: Literal[True] = True
    scope: str
    head_seq: int
    events: list[ChangeEvent]
    more: bool


class Refused(ResponseModel):
    """The acknowledgement of anything that was not done; `error` is also emitted as an event. `status` is the one that
    HTTP has for it."""

    ok: Literal[False] = False
    status: int
    error: Failure
