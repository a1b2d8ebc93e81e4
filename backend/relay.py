"""One greenlet that turns each service event into one emit for its room. Nothing else emits to rooms.

Services publish inside coroutines, where an emit through a message queue would block the event loop for everyone.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, assert_never

from socketio import Server

from src.entities import Change, Entity, ModelPull
from src.events import (
    ConversationActivity,
    Event,
    EventBus,
    InvitationsChanged,
    JobProgress,
    ModelState,
    ReplyAsked,
    ReplyChunk,
    ReplyEnded,
    ReplySaved,
    conversation_scope,
    user_scope,
)

log = logging.getLogger("locrit.relay")

Payload = dict[str, Any]
EVERYONE = None
TO_A_PERSON: dict[type[Entity], str] = {
    ConversationActivity: "conversation_activity",
    JobProgress: "job_progress",
    InvitationsChanged: "invitations_changed",
}
OF_AN_END = {"status", "usage", "error"}
TURN_S = 0.005
LONGEST_TURN_S = 0.025


class Relay:
    """`queued`: other processes serve members of the same rooms, so an empty room here says nothing."""

    def __init__(self, server: Server, bus: EventBus, namespaces: Sequence[str], *, queued: bool) -> None:
        self._server = server
        self._namespaces = namespaces
        self._queued = queued
        self._waiting = server.eio.create_queue()
        """Events, and beside them what is set when all before it are relayed."""
        self._muted: dict[str, Counter[str]] = {}
        self.close: Callable[[], None] = bus.subscribe(self._waiting.put, self._passing)

    def run(self) -> None:
        """Relays until the process ends. Others get their turn in between: one event may go to hundreds of clients. The
        longer that was, the longer is the next one here: whoever reads replies would else be ever further ahead."""
        turn_ends = time.monotonic() + TURN_S
        while True:
            event = self._waiting.get()
            if isinstance(event, asyncio.Event):
                event.set()
                continue
            if (now := time.monotonic()) > turn_ends:
                self._server.sleep(0)
                resumed = time.monotonic()
                turn_ends = resumed + min(max(TURN_S, resumed - now), LONGEST_TURN_S)
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

    def _passing(self) -> asyncio.Event:
        passed = asyncio.Event()
        self._waiting.put(passed)
        return passed

    def _relay(self, event: Event) -> None:
        rooms = self._server.manager.rooms
        for emit in _emits(event):
            heard = [each for each in self._namespaces if self._queued or emit.room in rooms.get(each, ())]
            payload = emit.wire() if heard else {}
            muted = self._muted.get(emit.reply_in) if emit.reply_in else None
            skip_sid = [*+muted] if muted else None
            for namespace in heard:
                self._server.emit(emit.name, payload, room=emit.room, skip_sid=skip_sid, namespace=namespace)


class _Emit(NamedTuple):
    """`wire` is called when somebody is there who hears it. A part of a reply names the conversation that it is in."""

    name: str
    room: str | None
    wire: Callable[[], Payload]
    reply_in: str | None = None


def _emits(event: Event) -> Iterator[_Emit]:
    match event:
        case ReplyChunk():
            yield _of_reply("chat_chunk", event)
        case ReplyAsked():
            yield _of_reply("chat_asked", event)
        case ReplySaved():
            yield _of_reply("chat_saved", event)
        case Change():
            yield _Emit("event", event.scope, event.wire)
        case ReplyEnded():
            yield _of_reply("chat_complete", event)
            if event.status == "failed" and event.error is not None:
                yield _of_reply("error", event)._replace(wire=lambda: _failure(event))
        case ConversationActivity() | JobProgress() | InvitationsChanged():
            yield _Emit(TO_A_PERSON[type(event)], user_scope(event.user_id), event.wire)
        case ModelPull() | ModelState():
            yield _Emit("model_pull" if isinstance(event, ModelPull) else "model_state", EVERYONE, event.wire)
        case _:
            assert_never(event)


def _of_reply(name: str, event: ReplyAsked | ReplyChunk | ReplySaved | ReplyEnded) -> _Emit:
    return _Emit(name, conversation_scope(event.conversation_id), event.wire, event.conversation_id)


def _failure(event: ReplyEnded) -> Payload:
    """Why a reply failed, and which one."""
    told = event.wire()
    return {**told["error"], **{name: value for name, value in told.items() if name not in OF_AN_END}}
