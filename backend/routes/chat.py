"""Chat in one call, for scripts: the reply as the answer, or as server-sent events."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from backend.errors import ReplyFailed
from backend.protocol.locrits import ChatRequest, ChatResponse
from backend.routing import ServerSentEvents, endpoint
from src.application import Application
from src.entities import Message, OpenConversation, SendMessage, Turn
from src.operations import Caller
from src.services.chat import ChatService


class ChatRoutes:
    noun = "chat"

    def __init__(self, application: Application) -> None:
        self._chat = application.chat
        self._locrits = application.locrits

    @endpoint("POST", "/api/v2/locrits/<name>/chat", ChatResponse, body=ChatRequest)
    async def chat(self, caller: Caller, name: str, body: ChatRequest) -> ChatResponse:
        """Ask and wait for the whole reply. When it fails the question stays saved; `response` is what arrived."""
        reply = await self.reply_to(caller, name, body)
        if reply.error is not None:
            raise ReplyFailed(reply.error, reply)
        return ChatResponse.of(reply, name)

    async def reply_to(self, caller: Caller, name: str, body: ChatRequest) -> Message:
        turn = await self._send(caller, name, body)
        return await self._chat.wait(caller, turn.generation_id)

    @endpoint("POST", "/api/v2/locrits/<name>/chat/stream", ChatResponse, body=ChatRequest, streams=True)
    async def chat_stream(self, caller: Caller, name: str, body: ChatRequest) -> ServerSentEvents:
        """Ask and read the reply as it is written: `data:` lines with a `type` of chunk, complete or error; and
        of reasoning, for what the model thinks, which is no answer.

        Closing the connection does not stop the reply.
        """
        turn = await self._send(caller, name, body)
        return ServerSentEvents(told_turn(self._chat, caller, turn))

    async def _send(self, caller: Caller, name: str, body: ChatRequest) -> Turn:
        label = body.client_label or caller.user_id
        session_id = body.session_id or (None if body.conversation_id else await self._web_session(caller, name, label))
        opening = OpenConversation(label, name, body.conversation_id, session_id)
        return await self._chat.send(caller, SendMessage(body.message, body.op_id, body.message_id, opening))

    async def _web_session(self, caller: Caller, name: str, label: str) -> str:
        """By its first name: a Locrit that is renamed goes on with the same conversation."""
        locrit = await self._locrits.get(caller, name)
        return f"web_{label}_{[*locrit.former_names, locrit.name][0]}"


async def told_turn(chat: ChatService, caller: Caller, turn: Turn) -> AsyncIterator[Mapping[str, Any]]:
    shown = False
    async for chunk in chat.watch(caller, turn.generation_id):
        shown = shown or chunk.kind is None
        yield _told_chunk(chunk.content, chunk.idx, chunk.kind)
    reply = await chat.wait(caller, turn.generation_id)
    if reply.content and not shown:  # it had ended before, when the question was a repeat
        yield _told_chunk(reply.content, 0)
    yield _told_end(reply)


def _told_chunk(content: str, idx: int, kind: str | None = None) -> Mapping[str, Any]:
    """What is not the answer has a type of its own: who does not know it leaves it out."""
    return {"type": kind or "chunk", "content": content, "idx": idx}


def _told_end(reply: Message) -> Mapping[str, Any]:
    told = {
        "conversation_id": reply.conversation_id,
        "message_id": reply.message_id,
        "generation_id": reply.generation_id,
        "status": reply.status,
    }
    if reply.error is not None:
        return {"type": "error", **told, **reply.error.wire(), "error": reply.error.message}
    return {"type": "complete", **told, "usage": reply.usage.wire() if reply.usage else None}
