"""Replies in the store: a turn begins, its text is logged and folded, it ends. The chat service drives this."""

import asyncio
from collections.abc import AsyncGenerator, Collection

from src.entities import GenerationState, Message, PromptContext, Turn
from src.events import ReplyChunk
from src.identity import new_id, now_ms
from src.stores import conversations, generations, turns
from src.stores.database import Database
from src.stores.generations import Ending

LOOK_EVERY_S = 0.2
"""Into the log of a reply that another process writes."""


class Replies:
    def __init__(self, database: Database) -> None:
        self._db = database

    async def begin_turn(self, request: turns.Question) -> Turn:
        """Save the question and its reply's place in one transaction. `repeated` when that was done before."""
        return await self._db.write(lambda tx: turns.begin(tx, request, now_ms()))

    async def begin_retry(self, message_id: str, op_id: str | None = None, model: str | None = None) -> Turn:
        """A new reply to the same question, beside the old one; `message_id` is of either. By `model`, if named."""
        op_id = op_id or new_id()
        return await self._db.write(lambda tx: turns.begin_again(tx, message_id, op_id, now_ms(), model))

    async def begin_continuation(self, reply_id: str, op_id: str | None = None) -> Turn:
        """A reply that was cut off goes on in the same message; what it had said is kept as a version."""
        op_id = op_id or new_id()
        return await self._db.write(lambda tx: turns.continue_(tx, reply_id, op_id, now_ms()))

    async def record_prompt(self, generation_id: str, model: str, context: PromptContext | None) -> None:
        """Before the model is asked."""
        await self._db.write(lambda tx: generations.record_prompt(tx, generation_id, model, context))

    async def append_chunk(self, generation_id: str, idx: int, text: str) -> None:
        """Log a running reply's text up to, not including, chunk `idx`. Raises Conflict when the reply has ended."""
        await self._db.write(lambda tx: generations.append(tx, generation_id, idx, text))

    async def fold_reply(self, generation_id: str, message_id: str, idx: int, content: str) -> None:
        await self._db.write(lambda tx: generations.fold(tx, generation_id, message_id, idx, content))

    async def finish_reply(self, generation_id: str, ending: Ending) -> Message:
        """The reply's final state; a reply that has ended stays as it ended."""
        op_id = f"finish:{generation_id}"
        return await self._db.write(lambda tx: generations.finish(tx, generation_id, ending, op_id, now_ms()))

    async def generation(self, generation_id: str) -> GenerationState:
        return await self._db.read(lambda connection: generations.state(connection, generation_id))

    async def watch_log(self, generation_id: str) -> AsyncGenerator[ReplyChunk, None]:
        """What a running reply has said so far, then what its log gains, until it has ended.

        For one of another process: what it says is seen once it is saved. Each piece is all that came since the last
        look, and has the `idx` of the first of them.
        """
        idx = shown = 0
        is_running = (await self.generation(generation_id)).status == "streaming"
        while is_running:
            state = await self.generation(generation_id)
            is_running = state.status == "streaming"
            if more := state.content[shown:]:
                next_idx = state.idx if is_running else idx + 1
                yield await self._logged(state, idx, next_idx, more)
                idx, shown = next_idx, len(state.content)
            if is_running:
                await asyncio.sleep(LOOK_EVERY_S)

    async def _logged(self, state: GenerationState, idx: int, saved_idx: int, content: str) -> ReplyChunk:
        id_ = state.conversation_id
        where = await self._db.read(lambda connection: conversations.require(connection, id_))
        return ReplyChunk(
            conversation_id=id_,
            locrit_name=where.locrit_name,
            session_id=where.session_id,
            generation_id=state.generation_id,
            message_id=state.message_id,
            idx=idx,
            saved_idx=saved_idx,
            content=content,
            timestamp=now_ms(),
        )

    async def request_stop(self, generation_id: str) -> None:
        """To the process that writes it."""
        await self._db.write(lambda tx: generations.request_stop(tx, generation_id))

    async def unwanted_generations(self, running: Collection[str]) -> list[str]:
        """Of this process, those that it was asked to stop; of `running`, also those that another one has ended."""
        id_ = self._db.presence.process_id
        return await self._db.read(lambda connection: generations.unwanted_ids(connection, id_, running))

    async def abandoned_generations(self) -> list[str]:
        """Those whose process died."""
        return await self._db.read(lambda connection: generations.abandoned_ids(connection, self._db.presence))
