"""Messages of a conversation: page, save, edit, delete, restore, and the turns that ask for a reply."""

from typing import Any

from backend.protocol.conversations import (
    EditMessage,
    MessageList,
    MessageQuery,
    OperationId,
    RetryReply,
    SavedMessage,
    SaveMessage,
    SendMessageBody,
    TurnAccepted,
)
from backend.routing import endpoint
from src.application import Application
from src.entities import GenerationState, Message, OpenConversation
from src.errors import NotFound
from src.operations import Caller
from src.services.memory import MemoryService

CONVERSATION = "/api/v2/conversations/<conversation_id>"
MESSAGE = f"{CONVERSATION}/messages/<message_id>"
GENERATION = "/api/v2/generations/<generation_id>"


class MessageRoutes:
    noun = "messages"

    def __init__(self, application: Application) -> None:
        self._memory = application.memory
        self._chat = application.chat
        self._artifacts = application.artifacts
        self._tool_results = application.tool_results

    @endpoint("GET", f"{CONVERSATION}/messages", MessageList, query=MessageQuery)
    async def list_messages(self, caller: Caller, conversation_id: str, query: MessageQuery) -> MessageList:
        """Messages, oldest first; the newest page without parameters, `before` and `after` a seq page on. `around` a
        message or `at` a moment the page before and after it; 404 when the message is not there."""
        if query.around is not None or query.at is not None:
            return await self._around(caller, conversation_id, query)
        messages, has_more, head_seq = await self._memory.get_conversation_history(
            caller,
            conversation_id,
            before=query.before,
            after=query.after,
            limit=query.limit,
            include_deleted=query.include_deleted,
        )
        rows = await self._rows(caller, conversation_id, messages)
        return MessageList(messages=messages, has_more=has_more, head_seq=head_seq, **rows)

    async def _rows(self, caller: Caller, conversation_id: str, messages: list[Message]) -> dict[str, Any]:
        """What these messages made, and what they refer to."""
        replies = [message.message_id for message in messages if message.role == "assistant"]
        return {
            "artifacts": await self._artifacts.of_messages(caller, replies),
            "tool_results": await self._tool_results.of_messages(caller, conversation_id, messages),
        }

    async def _around(self, caller: Caller, conversation_id: str, query: MessageQuery) -> MessageList:
        found = await self._memory.get_history_around(
            caller,
            conversation_id,
            message_id=query.around,
            at=query.at,
            limit=query.limit,
            include_deleted=query.include_deleted,
        )
        return MessageList(
            messages=found.messages,
            has_more=found.has_older,
            has_newer=found.has_newer,
            target_id=found.target_id,
            head_seq=found.head_seq,
            **await self._rows(caller, conversation_id, found.messages),
        )

    @endpoint("POST", f"{CONVERSATION}/messages", SavedMessage, status=201, also=200, body=SaveMessage)
    async def save_message(self, caller: Caller, conversation_id: str, body: SaveMessage) -> tuple[SavedMessage, int]:
        """Save a message without calling a model: 201, or 200 and the same body when it was saved before."""
        message, created = await self._memory.save_message(
            caller,
            conversation_id,
            body.role,
            body.content,
            message_id=body.message_id,
            op_id=body.op_id,
            metadata=body.metadata,
        )
        return SavedMessage.of(message), 201 if created else 200

    @endpoint("GET", MESSAGE, Message)
    async def get_message(self, caller: Caller, conversation_id: str, message_id: str) -> Message:
        """One message."""
        return await message_in(self._memory, caller, conversation_id, message_id)

    @endpoint("PATCH", MESSAGE, Message, body=EditMessage)
    @endpoint("PUT", MESSAGE, Message, body=EditMessage)
    async def edit_message(self, caller: Caller, conversation_id: str, message_id: str, body: EditMessage) -> Message:
        """Save a new version of a message; 409 with the current one when `rev` is stale."""
        await message_in(self._memory, caller, conversation_id, message_id)
        return await self._memory.edit_message(caller, message_id, body.content, rev=body.rev, op_id=body.op_id)

    @endpoint("DELETE", MESSAGE, Message, query=OperationId)
    async def delete_message(
        self, caller: Caller, conversation_id: str, message_id: str, query: OperationId
    ) -> Message:
        """Move a message into the trash."""
        await message_in(self._memory, caller, conversation_id, message_id)
        return await self._memory.delete_message(caller, message_id, op_id=query.op_id)

    @endpoint("POST", f"{MESSAGE}/restore", Message, query=OperationId)
    async def restore_message(
        self, caller: Caller, conversation_id: str, message_id: str, query: OperationId
    ) -> Message:
        """Take a message out of the trash."""
        await message_in(self._memory, caller, conversation_id, message_id)
        return await self._memory.restore_message(caller, message_id, op_id=query.op_id)

    @endpoint("POST", f"{CONVERSATION}/turns", TurnAccepted, status=202, also=200, body=SendMessageBody)
    async def send_message(
        self, caller: Caller, conversation_id: str, body: SendMessageBody
    ) -> tuple[TurnAccepted, int]:
        """Save a question and start its reply: 202, or 200 when this was done before. The reply streams by socket."""
        opening = None
        if body.locrit_name is not None:
            opening = OpenConversation(caller.user_id, body.locrit_name, conversation_id, None)
        turn = await self._chat.send(caller, body.asked(opening, conversation_id))
        return TurnAccepted.of(turn), 200 if turn.repeated else 202

    @endpoint("POST", f"{MESSAGE}/retry", TurnAccepted, status=202, also=200, body=RetryReply)
    async def retry_reply(
        self, caller: Caller, conversation_id: str, message_id: str, body: RetryReply
    ) -> tuple[TurnAccepted, int]:
        """Ask the same question again, of another `model` if one is named; the new reply stands beside the old one."""
        await message_in(self._memory, caller, conversation_id, message_id)
        turn = await self._chat.retry(caller, message_id, op_id=body.op_id, model=body.model)
        return TurnAccepted.of(turn), 200 if turn.repeated else 202

    @endpoint("POST", f"{MESSAGE}/continue", TurnAccepted, status=202, also=200, body=OperationId)
    async def continue_reply(
        self, caller: Caller, conversation_id: str, message_id: str, body: OperationId
    ) -> tuple[TurnAccepted, int]:
        """Have a reply that was cut off go on, in the same message; what it had said is kept as a version."""
        await message_in(self._memory, caller, conversation_id, message_id)
        turn = await self._chat.continue_(caller, message_id, op_id=body.op_id)
        return TurnAccepted.of(turn), 200 if turn.repeated else 202

    @endpoint("GET", GENERATION, GenerationState)
    async def get_generation(self, caller: Caller, generation_id: str) -> GenerationState:
        """How far a reply is."""
        return await self._chat.state(caller, generation_id)

    @endpoint("POST", f"{GENERATION}/stop", GenerationState)
    async def stop_generation(self, caller: Caller, generation_id: str) -> GenerationState:
        """Stop a running reply; what it has said is kept."""
        return await self._chat.stop(caller, generation_id)


async def message_in(memory: MemoryService, caller: Caller, conversation_id: str, message_id: str) -> Message:
    """The message, if it belongs to the conversation of the path."""
    message = await memory.message(caller, message_id)
    if message.conversation_id != conversation_id:
        raise NotFound(f"There is no message {message_id} in this conversation.")
    return message
