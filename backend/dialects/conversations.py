"""Conversations, as the frontends of Locrits and clients that save each message at once open, list and read them."""

from typing import Any, Literal

from pydantic import AliasChoices, Field

from backend.dialects.chat import answer
from backend.dialects.oldest import OldestLocrit
from backend.dialects.saved import SavedArtifact, SavedMessage, SavedToolResult
from backend.dialects.saves import Saves
from backend.protocol.conversations import ConversationQuery, CreateConversation, EditConversation, OperationId
from backend.protocol.fields import Id, Metadata, Name, RequestModel, ResponseModel, Text
from backend.protocol.locrits import ChatRequest
from backend.routes.chat import ChatRoutes
from backend.routes.conversations import ConversationRoutes
from backend.routing import endpoint
from src.application import Application
from src.entities import Conversation, Timestamp
from src.errors import InvalidInput, NotFound
from src.ids import now_ms
from src.operations import Caller

CONVERSATION = "/api/conversations/<conversation_id>"
ANYBODY = "anonymous"
NEWEST = 500


class Called(ResponseModel):
    id: str
    title: str
    sessionId: str
    userId: str
    createdAt: Timestamp
    updatedAt: Timestamp


class Row(Conversation):
    """`timestamp` in milliseconds."""

    id: str
    timestamp: int
    last_activity: Timestamp
    status: Literal["active", "archived"]


class Opened(Row):
    conversation: Called


class Deleted(Row):
    success: Literal[True] = True
    message: str = "The conversation is in the trash."


class Whole(Opened):
    messages: list[SavedMessage]
    artifacts: list[SavedArtifact]
    toolResults: list[SavedToolResult]


class Rows(ResponseModel):
    success: Literal[True] = True
    conversations: list[Row]
    count: int
    next_cursor: str | None


class Info(ResponseModel):
    conversation_id: str
    locrit_name: str
    user_id: str
    created_at: Timestamp
    last_activity: Timestamp
    message_count: int
    metadata: dict[str, Any]


class Created(ResponseModel):
    success: Literal[True] = True
    conversation_id: str
    locrit_name: str
    created_at: Timestamp
    session_id: str


class Answered(ResponseModel):
    success: Literal[True] = True
    response: str
    conversation_id: str
    locrit_name: str
    model: str
    timestamp: Timestamp
    message_count: int


class FirstMessage(RequestModel):
    role: Literal["user"] = "user"
    content: Text = ""


class OpenConversation(CreateConversation):
    """Ours, and theirs, who name no Locrit; `sessionId` tells one person's conversations from another's."""

    locrit_name: Name | None = None  # type: ignore[assignment]  # the oldest one answers
    sessionId: Id | None = None
    message: Text | FirstMessage | None = None


class CreateForLocrit(RequestModel):
    locrit_name: Name
    user_id: Id = ANYBODY
    metadata: Metadata = Field(default_factory=dict)


class Question(RequestModel):
    message: Text


class ListQuery(ConversationQuery):
    client_label: Id | None = Field(None, validation_alias=AliasChoices("sessionId", "user_id", "client_label"))


class ReadQuery(RequestModel):
    limit: int = Field(NEWEST, ge=1)


class ConversationDialect:
    noun = "conversations_dialect"

    def __init__(self, application: Application) -> None:
        self._ours = ConversationRoutes(application)
        self._chat = ChatRoutes(application)
        self._memory = application.memory
        self._oldest = OldestLocrit(application)
        self._saves = Saves(application)

    @endpoint("GET", "/api/conversations", Rows, query=ListQuery)
    async def list_conversations(self, caller: Caller, query: ListQuery) -> Rows:
        found = await self._ours.list_conversations(caller, query)
        rows = [Row(**_facts(one)) for one in found.conversations]
        return Rows(conversations=rows, count=len(rows), next_cursor=found.next_cursor)

    @endpoint("POST", "/api/conversations", Opened, status=201, also=200, body=OpenConversation)
    async def open_conversation(self, caller: Caller, body: OpenConversation) -> tuple[Opened, int]:
        named = {"locrit_name": body.locrit_name or await self._oldest.name(caller)}
        label = {"client_label": body.sessionId} if body.sessionId else {}
        conversation, status = await self._ours.open_conversation(caller, body.model_copy(update=named | label))
        content = body.message.content if isinstance(body.message, FirstMessage) else body.message
        if content and content.strip():
            await self._memory.save_message(caller, conversation.conversation_id, "user", content)
            conversation = await self._memory.conversation(caller, conversation.conversation_id)
        return Opened(**_facts(conversation), conversation=_called(conversation)), status

    @endpoint("POST", "/api/conversations/create", Created, body=CreateForLocrit)
    async def create(self, caller: Caller, body: CreateForLocrit) -> Created:
        opened, _ = await self._memory.open_conversation(caller, body.locrit_name, client_label=body.user_id)
        if body.metadata:
            await self._memory.edit_conversation(caller, opened.conversation_id, {"metadata": body.metadata})
        return Created(**opened.model_dump(include=set(Created.model_fields)))

    @endpoint("POST", f"{CONVERSATION}/message", Answered, body=Question)
    async def ask(self, caller: Caller, conversation_id: str, body: Question) -> Answered:
        if not body.message.strip():
            raise InvalidInput("message must not be empty.")
        conversation = await self._memory.conversation(caller, conversation_id)
        asked = ChatRequest(message=body.message, conversation_id=conversation_id)
        reply = await answer(self._chat, caller, conversation.locrit_name, asked)
        count = (await self._memory.conversation(caller, conversation_id)).message_count
        return Answered(**reply.model_dump(exclude={"message_id"}), timestamp=now_ms(), message_count=count)

    @endpoint("GET", CONVERSATION, Whole, query=ReadQuery)
    async def get_conversation(self, caller: Caller, conversation_id: str, query: ReadQuery) -> Whole:
        conversation = await self._alive(caller, conversation_id)
        limit = min(query.limit, NEWEST)
        messages, *_ = await self._memory.get_conversation_history(caller, conversation_id, limit=limit)
        return Whole(
            **_facts(conversation),
            conversation=_called(conversation),
            messages=[SavedMessage.of(message, conversation) for message in messages],
            artifacts=await self._saves.artifacts_of(caller, conversation_id),
            toolResults=await self._saves.tool_results_of(caller, conversation_id),
        )

    @endpoint("GET", f"{CONVERSATION}/info", Info)
    async def get_info(self, caller: Caller, conversation_id: str) -> Info:
        return Info(**_facts(await self._alive(caller, conversation_id)))

    @endpoint("PATCH", CONVERSATION, Opened, body=EditConversation)
    async def edit_conversation(self, caller: Caller, conversation_id: str, body: EditConversation) -> Opened:
        conversation = await self._ours.edit_conversation(caller, conversation_id, body)
        return Opened(**_facts(conversation), conversation=_called(conversation))

    @endpoint("DELETE", CONVERSATION, Deleted, query=OperationId)
    async def delete_conversation(self, caller: Caller, conversation_id: str, query: OperationId) -> Deleted:
        return Deleted(**_facts(await self._ours.delete_conversation(caller, conversation_id, query)))

    async def _alive(self, caller: Caller, conversation_id: str) -> Conversation:
        """To these clients what is in the trash is gone."""
        conversation = await self._memory.conversation(caller, conversation_id)
        if conversation.deleted_at is not None:
            raise NotFound("There is no such conversation.")
        return conversation


def _facts(conversation: Conversation) -> dict[str, Any]:
    return {
        **dict(conversation),
        "id": conversation.conversation_id,
        "timestamp": conversation.updated_at,
        "last_activity": conversation.updated_at,
        "status": "archived" if conversation.archived else "active",
    }


def _called(conversation: Conversation) -> Called:
    return Called(
        id=conversation.conversation_id,
        title=conversation.title,
        sessionId=conversation.user_id,
        userId=conversation.user_id,
        createdAt=conversation.created_at,
        updatedAt=conversation.updated_at,
    )
