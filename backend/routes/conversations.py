"""Conversations: list, open, look at, change, delete, and the events of their scopes."""

from backend.protocol.conversations import (
    ConversationList,
    ConversationQuery,
    CreateConversation,
    EditConversation,
    EventList,
    EventQuery,
    InteractionList,
    InteractionQuery,
    OperationId,
)
from backend.routes.locrits import changes
from backend.routing import endpoint
from src.application import Application
from src.entities import Conversation
from src.events import conversation_scope, user_scope
from src.operations import Caller


class ConversationRoutes:
    noun = "conversations"

    def __init__(self, application: Application) -> None:
        self._memory = application.memory
        self._interactions = application.interactions

    @endpoint("GET", "/api/v2/conversations", ConversationList, query=ConversationQuery)
    async def list_conversations(self, caller: Caller, query: ConversationQuery) -> ConversationList:
        """Conversations, newest activity first, page by page."""
        conversations, next_cursor = await self._memory.conversations(caller, **query.model_dump())
        return ConversationList(conversations=conversations, count=len(conversations), next_cursor=next_cursor)

    @endpoint("POST", "/api/v2/conversations", Conversation, status=201, also=200, body=CreateConversation)
    async def open_conversation(self, caller: Caller, body: CreateConversation) -> tuple[Conversation, int]:
        """Open a conversation: 201 when it is new, 200 when it exists. The same session always is the same one."""
        conversation, created = await self._memory.open_conversation(
            caller,
            body.locrit_name,
            conversation_id=body.conversation_id,
            session_id=body.session_id,
            client_label=body.client_label,
            title=body.title or "",
            op_id=body.op_id,
        )
        return conversation, 201 if created else 200

    @endpoint("GET", "/api/v2/conversations/<conversation_id>/interactions", InteractionList, query=InteractionQuery)
    async def list_interactions(self, caller: Caller, conversation_id: str, query: InteractionQuery) -> InteractionList:
        """Each call of a model in this conversation, the newest first, page by page."""
        found, cursor = await self._interactions.of_conversation(caller, conversation_id, **query.model_dump())
        return InteractionList(interactions=found, next_cursor=cursor)

    @endpoint("GET", "/api/v2/conversations/<conversation_id>", Conversation)
    async def get_conversation(self, caller: Caller, conversation_id: str) -> Conversation:
        """One conversation without its messages."""
        return await self._memory.conversation(caller, conversation_id)

    @endpoint("PATCH", "/api/v2/conversations/<conversation_id>", Conversation, body=EditConversation)
    async def edit_conversation(self, caller: Caller, conversation_id: str, body: EditConversation) -> Conversation:
        """Change title, star, pin, archive or tags; `deleted: false` restores. 409 when `rev` is stale."""
        return await self._memory.edit_conversation(
            caller, conversation_id, changes(body), rev=body.rev, op_id=body.op_id
        )

    @endpoint("DELETE", "/api/v2/conversations/<conversation_id>", Conversation, query=OperationId)
    async def delete_conversation(self, caller: Caller, conversation_id: str, query: OperationId) -> Conversation:
        """Move a conversation into the trash."""
        return await self._memory.delete_conversation(caller, conversation_id, op_id=query.op_id)

    @endpoint("GET", "/api/v2/conversations/<conversation_id>/events", EventList, query=EventQuery)
    async def list_conversation_events(self, caller: Caller, conversation_id: str, query: EventQuery) -> EventList:
        """What changed in a conversation after `since`, oldest first."""
        return await self._events(caller, conversation_scope(conversation_id), query)

    @endpoint("GET", "/api/v2/users/me/events", EventList, query=EventQuery)
    async def list_user_events(self, caller: Caller, query: EventQuery) -> EventList:
        """What changed in the lists of Locrits and conversations after `since`, oldest first."""
        return await self._events(caller, user_scope(caller.user_id), query)

    async def _events(self, caller: Caller, scope: str, query: EventQuery) -> EventList:
        events, head_seq, more = await self._memory.events(caller, scope, query.since, query.limit)
        return EventList(events=events, head_seq=head_seq, more=more)
