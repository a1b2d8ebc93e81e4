"""What was asked of models, as people may look at it."""

from src.entities import Interaction
from src.operations import Caller
from src.stores import conversations, interactions
from src.stores.database import Database, Snapshot


class InteractionService:
    def __init__(self, database: Database) -> None:
        self._db = database

    async def of_conversation(
        self, caller: Caller, conversation_id: str, cursor: str | None = None, limit: int = 50
    ) -> tuple[list[Interaction], str | None]:
        """A page of them, the newest first, and where the next one begins. Raises NotFound."""

        def read(connection: Snapshot) -> tuple[list[Interaction], str | None]:
            conversations.owned(connection, caller.user_id, conversation_id)
            return interactions.page(connection, conversation_id, cursor, limit)

        return await self._db.read(read)
