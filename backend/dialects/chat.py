"""Chat in one call, as the frontends and scripts of older systems speak, and a Locrit's information for others."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

from pydantic import Field

from backend.dialects.defaults import DefaultModel
from backend.dialects.threads import TheirMessage, Threads, thread_session
from backend.errors import ReplyFailed, failure_told_to_others
from backend.protocol.fields import Id, RequestModel, ResponseModel, Text
from backend.protocol.locrits import ChatRequest, ChatResponse
from backend.routes.chat import ChatRoutes
from backend.routing import ServerSentEvents, endpoint
from backend.version import VERSION
from src.application import Application
from src.entities import AccessTo, Locrit, OpenTo, Timestamp
from src.errors import InvalidInput, LimitReached
from src.ids import now_ms
from src.operations import Caller

CHAT = "/api/locrits/<name>/chat"
UNSHOWN = ""
"""What others are told as the model of a Locrit that does not show it."""
V1 = "/api/v1/locrits/<name>"


class Pong(ResponseModel):
    success: Literal[True] = True
    status: Literal["ok"] = "ok"
    service: Literal["locrit"] = "locrit"
    message: str = "Locrit API v1 is running"
    timestamp: Timestamp = Field(default_factory=now_ms)
    version: str = VERSION


class CountedChat(ChatResponse):
    message_count: int
    timestamp: Timestamp


class AcknowledgedChat(CountedChat):
    sender_acknowledged: bool = True


class Capabilities(ResponseModel):
    chat: Literal[True] = True
    stream: Literal[True] = True


class OfferedLocrit(ResponseModel):
    name: str
    description: str
    model: str
    public_address: str | None
    capabilities: Capabilities = Capabilities()


class OfferedLocrits(ResponseModel):
    success: Literal[True] = True
    count: int
    locrits: list[OfferedLocrit]


class LocritInformation(OfferedLocrit):
    ollama_model: str
    active: bool
    open_to: OpenTo
    access_to: AccessTo


class InformationAnswer(ResponseModel):
    success: Literal[True] = True
    locrit: LocritInformation


class SentMessage(RequestModel):
    message: Text
    conversation_id: Id | None = None
    sender_name: Id | None = None

    @property
    def ours(self) -> ChatRequest:
        if not self.message.strip():
            raise InvalidInput("message must not be empty.")
        return ChatRequest(message=self.message, conversation_id=self.conversation_id, client_label=self.sender_name)


class ToStore(RequestModel):
    messages: list[TheirMessage] = Field(min_length=1, max_length=5000)


class StoredDetails(ResponseModel):
    total_processed: int
    memories_stored: int


class Stored(ResponseModel):
    success: Literal[True] = True
    message: str
    details: StoredDetails


class ChatDialect:
    noun = "chat_dialect"

    def __init__(self, application: Application) -> None:
        self._ours = ChatRoutes(application)
        self._memory = application.memory
        self._locrits = application.locrits
        self._default = DefaultModel(application)
        self._threads = Threads(application)

    @endpoint("POST", CHAT, CountedChat, body=ChatRequest)
    async def chat(self, caller: Caller, name: str, body: ChatRequest) -> CountedChat:
        return CountedChat(**await self._counted(caller, name, body))

    @endpoint("POST", f"{CHAT}/stream", CountedChat, body=ChatRequest, streams=True)
    async def chat_stream(self, caller: Caller, name: str, body: ChatRequest) -> ServerSentEvents:
        stream = await self._ours.chat_stream(caller, name, body)
        return ServerSentEvents(by_both_names(stream.events, {}))

    @endpoint("GET", "/api/v1/ping", Pong)
    async def ping(self) -> Pong:
        return Pong()

    @endpoint("GET", "/api/v1/locrits", OfferedLocrits)
    async def list_offered(self, caller: Caller) -> OfferedLocrits:
        default = await self._default.name()
        offered = [one for one in await self._locrits.list(caller) if one.active and one.open_to.locrits]
        return OfferedLocrits(count=len(offered), locrits=[OfferedLocrit(**_facts(one, default)) for one in offered])

    @endpoint("GET", f"{V1}/info", InformationAnswer)
    async def information(self, caller: Caller, name: str) -> InformationAnswer:
        locrit = await self._locrits.get(caller, name)
        facts = _facts(locrit, await self._default.name())
        more = {"active": True, "open_to": locrit.open_to, "access_to": locrit.access_to}
        return InformationAnswer(locrit=LocritInformation(**facts, ollama_model=facts["model"], **more))

    @endpoint("POST", f"{V1}/chat", AcknowledgedChat, body=SentMessage)
    async def chat_with_sender(self, caller: Caller, name: str, body: SentMessage) -> AcknowledgedChat:
        told = AcknowledgedChat(**await self._counted(caller, name, body.ours))
        shown = (await self._locrits.get(caller, name)).access_to.llm_info
        return told if shown else told.model_copy(update={"model": UNSHOWN})

    @endpoint("POST", f"{V1}/chat/stream", AcknowledgedChat, body=SentMessage, streams=True)
    async def stream_to_sender(self, caller: Caller, name: str, body: SentMessage) -> ServerSentEvents:
        stream = await self._ours.chat_stream(caller, name, body.ours)
        return ServerSentEvents(by_both_names(stream.events, {"locrit_name": name}))

    @endpoint("POST", f"{V1}/memory/store-conversation", Stored, body=ToStore)
    async def store_conversation(self, caller: Caller, name: str, body: ToStore) -> Stored:
        """The same thread, longer by now, goes on where it was stored before."""
        said = [one for one in body.messages if one.content.strip()]
        if not said:
            raise InvalidInput("There is no message to store.")
        conversation, _ = await self._memory.open_conversation(caller, name, session_id=thread_session(said))
        merged = await self._threads.merge(caller, conversation.conversation_id, said)
        details = StoredDetails(total_processed=len(said), memories_stored=len(merged.added))
        return Stored(message=f"{details.memories_stored} messages stored.", details=details)

    async def _counted(self, caller: Caller, name: str, body: ChatRequest) -> dict[str, Any]:
        reply = await answer(self._ours, caller, name, body)
        conversation = await self._memory.conversation(caller, reply.conversation_id)
        return {**dict(reply), "message_count": conversation.message_count, "timestamp": now_ms()}


async def answer(ours: ChatRoutes, caller: Caller, name: str, body: ChatRequest) -> ChatResponse:
    reply = await ours.reply_to(caller, name, body)
    if (failure := failure_told_to_others(reply)) is not None:
        raise ReplyFailed(failure, reply)
    return ChatResponse.of(reply, name)


def _facts(locrit: Locrit, default_model: str) -> dict[str, Any]:
    return {
        "name": locrit.name,
        "description": locrit.description,
        "model": (locrit.model or default_model) if locrit.access_to.llm_info else UNSHOWN,
        "public_address": locrit.metadata.get("public_address"),
    }


async def by_both_names(
    events: AsyncIterator[Mapping[str, Any]], more: Mapping[str, str]
) -> AsyncIterator[Mapping[str, Any]]:
    """What the model thinks has no `chunk`: it would be shown as its answer. What a limit has cut has no `error`."""
    async for event in events:
        told: dict[str, Any] = {**event, **more}
        if event.get("code") == LimitReached.code:
            told = {name: value for name, value in told.items() if name != "error"} | {"type": "complete"}
        if event["type"] == "chunk":
            told["chunk"] = event["content"]
        yield told | {"done": event["type"] in ("complete", "error")}
