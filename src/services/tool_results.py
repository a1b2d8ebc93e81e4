"""What models had done by tools."""

from collections.abc import Sequence

from src.entities import Message, ToolResult
from src.entities.parts import TOOL_CALL
from src.operations import Caller
from src.stores import conversations, tool_results
from src.stores.database import Database, Snapshot


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
