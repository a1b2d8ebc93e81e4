"""Replies in the store: a turn begins, its text is logged and folded, it ends. The chat service drives this."""

from src.entities import GenerationState, Message, PromptContext, Turn
from src.identity import new_id, now_ms
from src.stores import generations, turns
from src.stores.database import Database
from src.stores.generations import Ending


class Replies:
    def __init__(self, database: Database) -> None:
        self._db = database

    async def begin_turn(self, request: turns.Question) -> Turn:
        """Save the question and its reply's place in one transaction. `repeated` when that was done before."""
        return await self._db.write(lambda tx: turns.begin(tx, request, now_ms()))

    async def begin_retry(self, message_id: str, op_id: str | None = None) -> Turn:
        """A new reply to the same question, beside the old one; `message_id` is of either."""
        op_id = op_id or new_id()
        return await self._db.write(lambda tx: turns.begin_again(tx, message_id, op_id, now_ms()))

    async def begin_continuation(self, reply_id: str, op_id: str | None = None) -> Turn:
        """A reply that was cut off goes on in the same message; what it had said is kept as a version."""
        op_id = op_id or new_id()
        return await self._db.write(lambda tx: turns.continue_(tx, reply_id, op_id, now_ms()))

    async def record_prompt(self, generation_id: str, model: str, context: PromptContext | None) -> None:
        """Before the model is asked."""
        await self._db.write(lambda tx: generations.record_prompt(tx, generation_id, model, context))

    async def append_chunk(self, generation_id: str, idx: int, text: str) -> None:
        """Log a running reply's text up to, not including, chunk `idx`."""
        await self._db.write(lambda tx: generations.append(tx, generation_id, idx, text))

    async def fold_reply(self, generation_id: str, message_id: str, idx: int, content: str) -> None:
        await self._db.write(lambda tx: generations.fold(tx, generation_id, message_id, idx, content))

    async def finish_reply(self, generation_id: str, ending: Ending) -> Message:
        """The reply's final state; a reply that has ended stays as it ended."""
        op_id = f"finish:{generation_id}"
        return await self._db.write(lambda tx: generations.finish(tx, generation_id, ending, op_id, now_ms()))

    async def generation(self, generation_id: str) -> GenerationState:
        return await self._db.read(lambda connection: generations.state(connection, generation_id))

    async def request_stop(self, generation_id: str) -> None:
        """To the process that writes it."""
        await self._db.write(lambda tx: generations.request_stop(tx, generation_id))

    async def unwanted_generations(self) -> list[str]:
        """Of this process, those that another one was asked to stop."""
        id_ = self._db.presence.process_id
        return await self._db.read(lambda connection: generations.unwanted_ids(connection, id_))

    async def abandoned_generations(self) -> list[str]:
        """Those whose process died."""
        return await self._db.read(lambda connection: generations.abandoned_ids(connection, self._db.presence))
