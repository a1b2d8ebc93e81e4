"""One greenlet that turns each service event into one emit for its room. Nothing else emits to rooms.

Services publish inside coroutines, where an emit through a message queue would block the event loop for everyone.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, assert_never

from pydantic import BaseModel
from socketio import Server

from backend.async_bridge import AsyncBridge
from backend.protocol import sockets as push
from src.entities import ChangeEvent
from src.events import (
    Changed,
    ConversationActivity,
    Event,
    EventBus,
    ModelStateChanged,
    ReplyChunk,
    ReplyEnded,
    ReplySaved,
    conversation_scope,
    user_scope,
)

log = logging.getLogger("locrit.relay")

Payload = dict[str, Any]
EVERYONE = None
TURN_S = 0.005
OUTCOME = {"status", "usage", "error"}


class Relay:
    """`queued`: other processes serve members of the same rooms, so an empty room here says nothing."""

    def __init__(self, server: Server, bus: EventBus, namespaces: Sequence[str], *, queued: bool) -> None:
        self._server = server
        self._namespaces = namespaces
        self._queued = queued
        self._waiting: list[Event] = []
        self._wake = asyncio.Event()
        self._muted: dict[str, Counter[str]] = {}
        self.close: Callable[[], None] = bus.subscribe(self._enqueue)

    def run(self, bridge: AsyncBridge) -> None:
        """Relays until the process ends. Others get their turn in between: one event may go to hundreds of clients."""
        turn_ends = time.monotonic() + TURN_S
        for events in bridge.stream(self._batches()):
            for event in events:
                if time.monotonic() > turn_ends:
                    self._server.sleep(0)
                    turn_ends = time.monotonic() + TURN_S
                try:
                    self._relay(event)
                except Exception:
                    log.exception("%s was not relayed; clients catch up from the log", type(event).__name__)

    def mute(self, conversation_id: str, sid: str) -> None:
        """This client gets the reply as a whole, by other means; to be followed by one `unmute`."""
        self._muted.setdefault(conversation_id, Counter())[sid] += 1

    def unmute(self, conversation_id: str, sid: str) -> None:
        muted = self._muted[conversation_id]
        muted[sid] -= 1
        if not +muted:
            del self._muted[conversation_id]

    def _enqueue(self, event: Event) -> None:
        self._waiting.append(event)
        self._wake.set()

    async def _batches(self) -> AsyncIterator[list[Event]]:
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._waiting = self._waiting, []
            yield batch

    def _relay(self, event: Event) -> None:
        match event:
            case ReplyChunk():
                self._emit("chat_chunk", _told(push.ChatChunk, event), event.conversation_id)
            case ReplySaved():
                self._emit("chat_saved", _told(push.ChatSaved, event), event.conversation_id)
            case Changed():
                self._emit_to(event.scope, "event", _told(ChangeEvent, event))
            case ReplyEnded():
                end = _told(push.ChatComplete, event)
                self._emit("chat_complete", end, event.conversation_id)
                if event.status == "failed" and event.error is not None:
                    place = {name: end[name] for name in end.keys() - OUTCOME}
                    self._emit("error", event.error | place, event.conversation_id)
            case ConversationActivity():
                hint = _told(push.ConversationActivity, event)
                self._emit_to(user_scope(event.user_id), "conversation_activity", hint)
            case ModelStateChanged():
                self._emit_to(EVERYONE, "model_state", event.state)
            case _:
                assert_never(event)

    def _emit(self, name: str, payload: Payload, conversation_id: str) -> None:
        muted = self._muted.get(conversation_id)
        self._emit_to(conversation_scope(conversation_id), name, payload, [*+muted] if muted else None)

    def _emit_to(self, room: str | None, name: str, payload: Payload, skip_sid: list[str] | None = None) -> None:
        for namespace in self._namespaces:
            if self._queued or room in self._server.manager.rooms.get(namespace, ()):
                self._server.emit(name, payload, room=room, skip_sid=skip_sid, namespace=namespace)


def _told(model: type[BaseModel], event: Event) -> Payload:
    return model.model_validate(event, from_attributes=True).model_dump(mode="json")
