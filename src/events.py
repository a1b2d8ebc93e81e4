"""What services announce after it is true, in the shape in which clients are told: the relay emits each as it is."""

import asyncio
from collections.abc import Callable
from typing import Literal

from pydantic import Field

from src.entities import Change, Entity, Failure, MessageStatus, ModelPull, PromptReading, Timestamp, Usage
from src.entities.base import absent
from src.entities.parts import PartType


def conversation_scope(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"


def user_scope(user_id: str) -> str:
    return f"user:{user_id}"


class ConversationActivity(Entity):
    """A hint for lists, outside every scope's sequence: losing it costs latency, never data."""

    user_id: str = Field(exclude=True)
    conversation_id: str
    locrit_name: str
    updated_at: Timestamp
    running: bool


class ReplyChunk(Entity):
    """One piece of a running reply, as `chat_chunk`; `idx` counts from 0. Pieces before `durable_idx` are on disk.
    `kind` tells what kind of part it continues or begins, where that is not the text; of a kind that refers to a row,
    `content` is that row's id. A piece of `reasoning` without content says that all before it was reasoning, since the
    last tool call of this run. `thought_ms` is how long the reasoning took that ends before it. `tokens`
    are how many there are by now, where pieces were put together."""

    conversation_id: str
    locrit_name: str
    session_id: str
    generation_id: str
    message_id: str
    idx: int
    durable_idx: int
    content: str
    kind: PartType | None = absent()
    thought_ms: int | None = absent()
    tokens: int | None = absent()
    timestamp: Timestamp


class ReplySaved(Entity):
    """A running reply pauses, told as `chat_saved`: there is no next piece yet that would tell `durable_idx`."""

    conversation_id: str
    generation_id: str
    message_id: str
    durable_idx: int


class ReplyAsked(PromptReading):
    """The model has been asked, told as `chat_asked`: a hint for who waits for the first piece."""

    conversation_id: str
    generation_id: str
    message_id: str


class ReplyEnded(Entity):
    """The reply's final state is committed, told as `chat_complete`; `error` says why it failed or was interrupted.
    `is_repeated`: it had ended before, by another process, and who wrote it until then is told so."""

    is_repeated: bool = Field(False, exclude=True)
    conversation_id: str
    locrit_name: str
    session_id: str
    generation_id: str
    message_id: str
    status: MessageStatus
    timestamp: Timestamp
    usage: Usage | None = None
    error: Failure | None = None


class ModelState(Entity):
    """What the interface shows of the provider of models; `detail` is a sentence for people."""

    provider: Literal["ollama", "embedded", "none"]
    status: Literal["ready", "starting", "unavailable"]
    detail: str
    host: str | None = None
    version: str | None = None


JobKind = Literal["forget", "empty", "clear", "fork", "repair", "pull", "embed"]
JobStatus = Literal["running", "failing", "done"]


class JobProgress(Entity):
    """How far something has come that takes long, told as `job_progress`; `op_id` is its operation. It is counted in
    messages and other things, a model that is pulled in bytes. What is `failing` says why, and is tried again at
    `next_try_at`, if at all. A hint: GET /api/v2/jobs lists all that is not done."""

    user_id: str = Field(exclude=True)
    op_id: str
    kind: JobKind
    entity_id: str
    status: JobStatus
    done: int
    total: int
    error: str | None = None
    next_try_at: Timestamp | None = None


class InvitationsChanged(Entity):
    """Who is invited to a Locrit is another since, told as `invitations_changed`. A hint: losing it costs latency."""

    user_id: str = Field(exclude=True)
    locrit_id: str


Event = (
    Change
    | ConversationActivity
    | ReplyAsked
    | ReplyChunk
    | ReplySaved
    | ReplyEnded
    | ModelState
    | ModelPull
    | JobProgress
    | InvitationsChanged
)
Listener = Callable[[Event], None]


Passing = Callable[[], asyncio.Event]


class EventBus:
    """Delivers each event to every listener, in publishing order, on the event loop's thread.

    A listener must only enqueue: it runs inside the publisher.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._passing: Passing | None = None

    def subscribe(self, listener: Listener, passing: Passing | None = None) -> Callable[[], None]:
        """`passing` gives what is set when all that the listener has enqueued so far is passed on; one listener may
        have it. Returns the function that ends the subscription."""
        self._listeners.append(listener)
        self._passing = passing or self._passing

        def unsubscribe() -> None:
            self._listeners.remove(listener)
            self._passing = None if passing else self._passing

        return unsubscribe

    def passing(self) -> asyncio.Event | None:
        """Set when all that was published so far is passed on, if somebody says so."""
        return self._passing() if self._passing else None

    def publish(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)
