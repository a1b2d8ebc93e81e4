"""Conversations, as clients that save each message at once keep them."""

from backend.protocol.artifacts import CreateArtifact
from backend.protocol.conversations import (
    ConversationList,
    ConversationQuery,
    CreateConversation,
    EditConversation,
    OperationId,
    SavedMessage,
    SaveMessage,
)
from backend.protocol.history import Sync, Synced, SyncedMessage
from backend.routes.artifacts import ArtifactRoutes
from backend.routes.conversations import ConversationRoutes
from backend.routes.history import HistoryRoutes
from backend.routes.messages import MessageRoutes
from backend.routing import endpoint
from src.application import Application
from src.entities import Artifact, Conversation
from src.operations import Caller

CONVERSATION = "/api/conversations/<conversation_id>"


class ConversationDialect:
    noun = "conversations_dialect"

    def __init__(self, application: Application) -> None:
        self._ours = ConversationRoutes(application)
        self._messages = MessageRoutes(application)
        self._history = HistoryRoutes(application)
        self._artifacts = ArtifactRoutes(application)

    @endpoint("GET", "/api/conversations", ConversationList, query=ConversationQuery)
    async def list_conversations(self, caller: Caller, query: ConversationQuery) -> ConversationList:
        return await self._ours.list_conversations(caller, query)

    @endpoint("POST", "/api/conversations", Conversation, status=201, also=200, body=CreateConversation)
    async def open_conversation(self, caller: Caller, body: CreateConversation) -> tuple[Conversation, int]:
        return await self._ours.open_conversation(caller, body)

    @endpoint("GET", CONVERSATION, Conversation)
    async def get_conversation(self, caller: Caller, conversation_id: str) -> Conversation:
        return await self._ours.get_conversation(caller, conversation_id)

    @endpoint("PATCH", CONVERSATION, Conversation, body=EditConversation)
    async def edit_conversation(self, caller: Caller, conversation_id: str, body: EditConversation) -> Conversation:
        return await self._ours.edit_conversation(caller, conversation_id, body)

    @endpoint("DELETE", CONVERSATION, Conversation, query=OperationId)
    async def delete_conversation(self, caller: Caller, conversation_id: str, query: OperationId) -> Conversation:
        return await self._ours.delete_conversation(caller, conversation_id, query)

    @endpoint("POST", f"{CONVERSATION}/messages", SavedMessage, status=201, also=200, body=SaveMessage)
    async def save_message(self, caller: Caller, conversation_id: str, body: SaveMessage) -> tuple[SavedMessage, int]:
        return await self._messages.save_message(caller, conversation_id, body)

    @endpoint("PUT", f"{CONVERSATION}/messages", Synced, body=SyncedMessage)
    async def put_message(self, caller: Caller, conversation_id: str, body: SyncedMessage) -> Synced:
        return await self._history.put_message(caller, conversation_id, body)

    @endpoint("POST", f"{CONVERSATION}/sync", Synced, body=Sync)
    async def sync(self, caller: Caller, conversation_id: str, body: Sync) -> Synced:
        return await self._history.sync_conversation(caller, conversation_id, body)

    @endpoint("POST", f"{CONVERSATION}/artifacts", Artifact, status=201, body=CreateArtifact)
    async def create_artifact(self, caller: Caller, conversation_id: str, body: CreateArtifact) -> Artifact:
        return await self._artifacts.create_artifact(caller, conversation_id, body)
