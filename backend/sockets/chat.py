"""Chat over Socket.IO: one short `on_<event>` for each event a client can send; what it returns is the ack."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TypeVar

from pydantic import BaseModel
from socketio import Namespace

from backend.async_bridge import AsyncBridge
from backend.auth import person
from backend.errors import INTERNAL, failure_told_to_others, status_of
from backend.outboxes import Outboxes
from backend.protocol.conversations import GenerationAck, TurnAccepted
from backend.protocol.sockets import (
    ChatMessage,
    ChatReply,
    Connected,
    JoinChat,
    JoinedChat,
    LeaveChat,
    LeftChat,
    OutboxReport,
    ResumeGeneration,
    StopGeneration,
    Subscribe,
    Subscribed,
    Unsubscribe,
)
from backend.relay import Relay
from backend.sockets.limits import MAX_ROOMS, BeyondLimit, Limits, TooManyRooms
from backend.sockets.packets import UNREADABLE
from backend.validation import parse_payload
from backend.version import VERSION
from src.application import Application
from src.entities import Conversation, GenerationState, Message, OpenConversation, Turn
from src.errors import Forbidden, InvalidInput, LocritError, SyncOff
from src.events import conversation_scope, user_scope

Handler = TypeVar("Handler", bound=Callable[..., BaseModel | None])

log = logging.getLogger("locrit.sockets")

NEWEST = 2**53 - 1


class UnknownEvent(LocritError):
    code = "unknown_event"
    hint = "See /api/docs for the events that there are."


def expects(model: type[BaseModel]) -> Callable[[Handler], Handler]:
    """Declares the payload of an event; anything else is refused before the handler is called."""

    def declare(handler: Handler) -> Handler:
        vars(handler)["expects"] = model
        return handler

    return declare


class ChatNamespace(Namespace):  # type: ignore[misc]  # python-socketio has no types
    def __init__(
        self,
        name: str,
        application: Application,
        bridge: AsyncBridge,
        relay: Relay,
        limits: Limits,
        outboxes: Outboxes,
    ) -> None:
        super().__init__(name)
        self._outboxes = outboxes
        self._limits = limits
        self._followed: dict[str, set[str]] = {}
        self._chat = application.chat
        self._memory = application.memory
        self._locrits = application.locrits
        self._run = bridge.run
        self._relay = relay
        self._caller = person("socket")
        self._takes = application.settings.sync == "on"

    def trigger_event(self, event: Any, sid: str, *payload: Any) -> Any:
        """Every failure becomes an `error` event and a refusing ack; none leaves this method."""
        if event == "connect":
            return self.on_connect(sid)
        if event == "disconnect":
            self._outboxes.left(sid)
            return self._followed.pop(sid, None)
        try:
            handler, model = self._handler_of(event)
            answer = handler(sid, parse_payload(model, payload[0] if payload else {}))
        except BeyondLimit as error:
            self._limits.cut_off(self.namespace, sid, error)
            return _refusal(error.as_body())
        except LocritError as error:
            return self._refuse(sid, error.as_body())
        except Exception:
            log.exception("the handler of %r failed", event)
            return self._refuse(sid, INTERNAL.as_body())
        return None if answer is None else answer.model_dump(mode="json")

    def on_connect(self, sid: str) -> None:
        self._followed[sid] = set()
        self._tell(sid, "connected", Connected(user_id=self._caller.user_id, version=VERSION))

    @expects(JoinChat)
    def on_join_chat(self, sid: str, chat: JoinChat) -> JoinedChat:
        """Writes nothing: a conversation begins with its first message."""
        conversation_id = self._conversation_id(sid, chat)
        room = conversation_scope(conversation_id)
        self._enter(sid, room)
        joined = JoinedChat(
            locrit_name=self._present_name(chat),
            session_id=_session_id(sid, chat),
            conversation_id=conversation_id,
            room=room,
        )
        self._tell(sid, "joined_chat", joined)
        return joined

    @expects(LeaveChat)
    def on_leave_chat(self, sid: str, chat: LeaveChat) -> LeftChat:
        self._leave(sid, conversation_scope(self._conversation_id(sid, chat)))
        left = LeftChat(locrit_name=self._present_name(chat), session_id=_session_id(sid, chat))
        self._tell(sid, "left_chat", left)
        return left

    @expects(ChatMessage)
    def on_chat_message(self, sid: str, question: ChatMessage) -> TurnAccepted:
        """Its sender follows the conversation before the question is saved, to miss nothing of the reply."""
        if question.op_id is not None and not self._takes:
            raise SyncOff
        conversation_id = self._conversation_id(sid, question)
        scope = conversation_scope(conversation_id)
        with self._following(sid, scope) if question.stream else self._muted(sid, conversation_id):
            asked = question.asked(self._opening(sid, question), question.conversation_id)
            turn = self._run(self._chat.send(self._caller, asked))
        if not question.stream:
            self.server.start_background_task(self._answer_at_once, sid, turn)
        return TurnAccepted.of(turn)

    @expects(Subscribe)
    def on_subscribe(self, sid: str, wish: Subscribe) -> Subscribed:
        """In this order nothing is missed: what happens after the log was read arrives through the room."""
        if wish.scope.startswith("user:") and wish.scope != user_scope(self._caller.user_id):
            raise Forbidden("This is another person's.", hint="Subscribe to the user that `connected` names.")
        since = NEWEST if wish.since is None else wish.since
        with self._following(sid, wish.scope):
            events, head_seq, more = self._run(self._memory.events(self._caller, wish.scope, since))
        return Subscribed(scope=wish.scope, head_seq=head_seq, events=events, more=more)

    @expects(Unsubscribe)
    def on_unsubscribe(self, sid: str, wish: Unsubscribe) -> None:
        self._leave(sid, wish.scope)

    @expects(StopGeneration)
    def on_stop_generation(self, _sid: str, wish: StopGeneration) -> GenerationAck:
        return _ack(self._run(self._chat.stop(self._caller, wish.generation_id)))

    @expects(ResumeGeneration)
    def on_resume_generation(self, sid: str, wish: ResumeGeneration) -> GenerationAck:
        state = self._run(self._chat.state(self._caller, wish.generation_id))
        self._enter(sid, conversation_scope(state.conversation_id))
        return _ack(self._run(self._chat.state(self._caller, wish.generation_id)))

    @expects(OutboxReport)
    def on_report_outbox(self, sid: str, report: OutboxReport) -> None:
        if sid in self._followed:  # else it has left meanwhile, and would never be forgotten
            self._outboxes.told(sid, report.oldest_ms)

    def _handler_of(self, event: Any) -> tuple[Callable[..., BaseModel | None], type[BaseModel]]:
        """And the model of its payload."""
        if event == UNREADABLE:
            raise InvalidInput("This packet cannot be read.", hint="Send an event with one JSON object.")
        handler = getattr(self, f"on_{event}", None)
        model = getattr(handler, "expects", None)
        if handler is None or model is None:
            raise UnknownEvent(f"There is no event {str(event)[:100]!r}.")
        return handler, model

    def _conversation_id(self, sid: str, chat: JoinChat | LeaveChat | ChatMessage) -> str:
        """Raises NotFound when there is no such Locrit."""
        if isinstance(chat, ChatMessage) and chat.conversation_id is not None:
            return chat.conversation_id
        assert chat.locrit_name is not None, "a message says one of the two"
        session_id = _session_id(sid, chat)
        return self._run(self._memory.conversation_id_of(self._caller, chat.locrit_name, session_id, chat.client_label))

    def _opening(self, sid: str, chat: ChatMessage) -> OpenConversation | None:
        if chat.locrit_name is None:
            return None
        session_id = chat.session_id if chat.conversation_id else _session_id(sid, chat)
        label = chat.client_label or self._caller.user_id
        return OpenConversation(label, chat.locrit_name, chat.conversation_id, session_id)

    def _present_name(self, chat: JoinChat | LeaveChat) -> str:
        """What it is called now, whatever name led to it."""
        return self._run(self._locrits.get(self._caller, chat.locrit_name)).name

    def _enter(self, sid: str, room: str) -> None:
        """What a client asked for is done, also when it is gone by now: then it needs no room. Raises TooManyRooms."""
        followed = self._followed.get(sid)
        if followed is None:
            return
        if room not in followed and len(followed) >= MAX_ROOMS:
            raise TooManyRooms(f"One connection can follow {MAX_ROOMS} conversations.")
        followed.add(room)
        with suppress(KeyError, ValueError):  # python-socketio raises one or the other
            self.enter_room(sid, room)

    def _leave(self, sid: str, room: str) -> None:
        self._followed.get(sid, set()).discard(room)
        self.leave_room(sid, room)

    @contextmanager
    def _following(self, sid: str, room: str) -> Iterator[None]:
        """In the room from now on, unless this fails and the client was not in it before. Nobody is in the room of what
        belongs to another person, not for a moment."""
        is_new = room not in self._followed.get(sid, ())
        if is_new:
            self._run(self._memory.check_may_follow(self._caller, room))
        self._enter(sid, room)
        with ExitStack() as undo:
            if is_new:
                undo.callback(self._leave, sid, room)
            yield
            undo.pop_all()

    @contextmanager
    def _muted(self, sid: str, conversation_id: str) -> Iterator[None]:
        """Unless this fails it stays so until the whole reply was sent."""
        self._relay.mute(conversation_id, sid)
        with ExitStack() as undo:
            undo.callback(self._relay.unmute, conversation_id, sid)
            yield
            undo.pop_all()

    def _answer_at_once(self, sid: str, turn: Turn) -> None:
        conversation_id = turn.message.conversation_id
        try:
            reply = self._run(self._chat.wait(self._caller, turn.generation_id))
            if (failure := failure_told_to_others(reply)) is not None:
                self.emit("error", failure.wire(), to=sid)
                return
            conversation = self._run(self._memory.conversation(self._caller, conversation_id))
            self._tell(sid, "chat_response", _whole(reply, conversation))
        except LocritError as error:
            self.emit("error", error.as_body(), to=sid)
        finally:
            self._relay.unmute(conversation_id, sid)

    def _refuse(self, sid: str, error: dict[str, Any]) -> dict[str, Any]:
        self.emit("error", error, to=sid)
        return _refusal(error)

    def _tell(self, sid: str, event: str, payload: BaseModel) -> None:
        self.emit(event, payload.model_dump(mode="json"), to=sid)


def _refusal(error: dict[str, Any]) -> dict[str, Any]:
    return {"ok": False, "status": status_of(error), "error": error}


def _session_id(sid: str, chat: JoinChat | LeaveChat | ChatMessage) -> str:
    return chat.session_id or f"connection_{sid}"


def _ack(state: GenerationState) -> GenerationAck:
    return GenerationAck(**state.model_dump())


def _whole(reply: Message, conversation: Conversation) -> ChatReply:
    return ChatReply(
        locrit_name=conversation.locrit_name,
        session_id=conversation.session_id,
        conversation_id=conversation.conversation_id,
        message_id=reply.message_id,
        response=reply.content,
        timestamp=reply.updated_at,
        message_count=conversation.message_count,
    )
