"""What services announce after it is true. Plain values; the relay turns each into one emit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


def conversation_scope(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"


def user_scope(user_id: str) -> str:
    return f"user:{user_id}"


@dataclass(frozen=True, slots=True)
class Changed:
    """One committed change: `seq` is gapless within `scope`."""

    scope: str
    seq: int
    type: str
    entity_id: str
    rev: int
    payload: dict[str, Any]
    op_id: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationActivity:
    """A hint for lists: losing it costs latency, never data."""

    user_id: str
    conversation_id: str
    locrit_name: str
    updated_at: int
    running: bool


@dataclass(frozen=True, slots=True)
class ReplyChunk:
    """One piece of a running reply; `idx` counts pieces from 0, those before `saved_idx` are on the disk."""

    conversation_id: str
    locrit_name: str
    session_id: str
    generation_id: str
    message_id: str
    idx: int
    saved_idx: int
    content: str
    timestamp: int


@dataclass(frozen=True, slots=True)
class ReplySaved:
    """A running reply pauses: the next piece, which would say so, may take its time."""

    conversation_id: str
    generation_id: str
    message_id: str
    saved_idx: int


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """The reply's final state is committed. `error` is the wire body of the failure, if there was one."""

    conversation_id: str
    locrit_name: str
    session_id: str
    generation_id: str
    message_id: str
    status: str
    timestamp: int
    usage: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ModelStateChanged:
    """The provider's state for the interface: see `services.llm`."""

    state: dict[str, Any]


Event = Changed | ConversationActivity | ReplyChunk | ReplySaved | ReplyEnded | ModelStateChanged
Listener = Callable[[Event], None]


class EventBus:
    """Delivers each event to every listener, in publishing order, on the event loop's thread.

    A listener must only enqueue: it runs inside the publisher.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Returns the function that ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)
