"""What models had done by tools, as people see it and answer to it."""

from collections.abc import Sequence
from typing import Any

from src.entities import Message, ToolAnswer, ToolResult
from src.entities.parts import TOOL_CALL
from src.operations import Caller, Operation
from src.stores import conversations, tool_answers, tool_results
from src.stores.database import Database, Snapshot
from src.stores.unit_of_work import UnitOfWork


class ToolResults:
    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(self, caller: Caller, id_: str) -> ToolResult:
        return await self._db.read(lambda connection: tool_results.owned(connection, caller.user_id, id_))

    async def of_messages(self, caller: Caller, conversation_id: str, messages: Sequence[Message]) -> list[ToolResult]:
        """Returns those that these messages of a conversation refer to. Raises NotFound for another person's."""
        ids = [one.message_id for one in messages if any(part.type == TOOL_CALL for part in one.parts or ())]

        def read(connection: Snapshot) -> list[ToolResult]:
            conversations.owned(connection, caller.user_id, conversation_id)
            return [one for one in tool_results.of(connection, ids) if one.conversation_id == conversation_id]

        return await self._db.read(read) if ids else []

    async def of_conversation(self, caller: Caller, conversation_id: str) -> list[ToolResult]:
        """Returns all of a conversation, oldest first. Raises NotFound for another person's."""

        def read(connection: Snapshot) -> list[ToolResult]:
            conversations.owned(connection, caller.user_id, conversation_id)
            return tool_results.of_conversation(connection, conversation_id)

        return await self._db.read(read)

    async def save(
        self,
        caller: Caller,
        conversation_id: str,
        id_: str,
        fields: dict[str, Any],
        created_at: int | None = None,
        op_id: str | None = None,
    ) -> ToolResult:
        """Keeps what a client's own tool was asked and came to: name, display_name, arguments, result. What is known of
        it already, and is not given, stays. Raises Conflict for an id of another conversation."""
        request = {"in": conversation_id, "id": id_, "fields": fields, "created_at": created_at}
        operation = Operation.of(caller, "save_tool_result", request, op_id)

        def save(tx: UnitOfWork) -> ToolResult:
            head = conversations.lock_head(tx, conversation_id, caller.user_id)
            return tool_results.save(tx, head, id_, fields, created_at, operation)

        return await self._db.run_once(operation, tool_results.effect(id_, save))

    async def answer(self, caller: Caller, id_: str, answer: ToolAnswer, op_id: str | None = None) -> ToolResult:
        """Says whether what waits may run: "once", "always" for its Locrit, or not ("refuse"). Raises Conflict when it
        does not wait any more."""
        operation = Operation.of(caller, "answer_tool", {"id": id_, "answer": answer}, op_id)

        def give(tx: UnitOfWork) -> ToolResult:
            one = tool_results.owned(tx.connection, caller.user_id, id_)
            return tool_answers.give(tx, one, answer, operation)

        return await self._db.run_once(operation, tool_results.effect(id_, give))
