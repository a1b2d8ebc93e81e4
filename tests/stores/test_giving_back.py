"""A server that was rolled back to a backup gets from a browser all that it had: nothing is other than it was.

`EXAMPLES=…` and `STEPS=…` make it longer, `SEED=…` repeats a run.
"""

import asyncio
import json
import os
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from backend.protocol.history import SyncedConversation, SyncedLocrit, SyncedMessage
from backend.routes import history as wire
from src.entities import (
    ClientMessage,
    Conversation,
    Entity,
    Failure,
    GenerationResult,
    Locrit,
    MergeResult,
    Message,
    Part,
    PromptContext,
    ReasoningPart,
    SendMessage,
    TextPart,
    Usage,
)
from src.errors import LocritError
from tests.faults.audit import audit
from tests.faults.chance import SEED
from tests.store import LOCRIT, Store, every_message, opened

EXAMPLES = int(os.environ.get("EXAMPLES", "8"))
STEPS = int(os.environ.get("STEPS", "30"))

STAYS: dict[type[Entity], dict[str, str]] = {
    Message: {
        "conversation_id": "the address says it",
        "seq": "a place in the order of the server that stores it",
        "generation_id": "a run of the server that is gone; what it came to is in status, usage and error",
        "idx": "how far a running reply is; none runs any more",
    },
    Conversation: {
        "conversation_id": "the address says it",
        "message_count": "counted",
        "head_seq": "a place in the log of the server that stores it",
        "generation_id": "a running reply; none runs any more",
        "preview": "follows from the messages",
        "forgotten_at": "forgetting destroys, and is asked for by its own name",
    },
    Locrit: {
        "message_count": "counted",
        "conversation_count": "counted",
        "forgotten_at": "forgetting destroys, and is asked for by its own name",
    },
}
SYNCED: dict[type[Entity], type[BaseModel]] = {
    Message: SyncedMessage,
    Conversation: SyncedConversation,
    Locrit: SyncedLocrit,
}


@pytest.mark.parametrize("entity", SYNCED, ids=lambda entity: entity.__name__)
def test_every_field_is_given_back_or_it_says_here_why_not(entity: type[Entity]) -> None:
    forgotten = entity.model_fields.keys() - SYNCED[entity].model_fields.keys() - STAYS[entity].keys()
    assert not forgotten, f"{forgotten} of {entity.__name__} would be lost when a server is restored from a backup"
    assert not STAYS[entity].keys() - entity.model_fields.keys()


class Life:
    """One conversation in which anything happens, as far as the store lets it."""

    def __init__(self, store: Store, chance: random.Random, conversation_id: str) -> None:
        self._store = store
        self._chance = chance
        self.id = conversation_id
        self._running: dict[str, str] = {}
        self._number = 0

    async def step(self) -> None:
        talks = [self._ask, self._ask, self._end, self._end, self._retry, self._go_on, self._say]
        changes = [self._edit, self._delete, self._restore, self._forget, self._mark, self._configure]
        does = self._chance.choice([*talks, *changes])
        try:
            await does()
        except LocritError:
            return

    async def _ask(self) -> None:
        stands = self._chance.choice(["", "", "sibling_of", "parent_id"]) if self._number else ""
        there: dict[str, Any] = {stands: (await self._any()).message_id} if stands else {}
        question = SendMessage(self._new("why"), self._new("op"), conversation_id=self.id, **there)
        turn = await self._store.memory.begin_turn(question)
        self._running[turn.generation_id] = turn.reply.message_id

    async def _end(self) -> None:
        if not self._running:
            await self._ask()
        generation_id = self._chance.choice([*self._running])
        status: Any = self._chance.choice(["complete", "complete", "stopped", "failed", "interrupted"])
        usage = Usage(prompt_tokens=7, completion_tokens=self._number, total_ms=1.5) if status == "complete" else None
        error = Failure(code="model_cut", message=self._new("cut")) if status in ("failed", "interrupted") else None
        context = PromptContext(seen_from=self._number, limited_by="window", window_tokens=4096)
        await self._store.replies.record_prompt(generation_id, "a model", self._chance.choice([None, context]))
        thought = ReasoningPart(text=self._new("hm"), duration_ms=self._chance.choice([None, self._number]))
        parts: list[Part] | None = [thought, TextPart()] if self._chance.random() < 0.5 else None
        ending = GenerationResult(status, self._new("because"), usage, error, parts)
        await self._store.replies.finish_reply(generation_id, ending)
        del self._running[generation_id]

    async def _retry(self) -> None:
        turn = await self._store.memory.begin_retry((await self._any()).message_id)
        self._running[turn.generation_id] = turn.reply.message_id

    async def _go_on(self) -> None:
        turn = await self._store.memory.begin_continuation((await self._any()).message_id)
        self._running[turn.generation_id] = turn.reply.message_id

    async def _edit(self) -> None:
        await self._store.memory.edit_message((await self._any()).message_id, self._new("better"))

    async def _delete(self) -> None:
        await self._store.memory.delete_message((await self._any()).message_id)

    async def _restore(self) -> None:
        await self._store.memory.restore_message((await self._any()).message_id)

    async def _forget(self) -> None:
        await self._store.history.forget_message((await self._any()).message_id)

    async def _say(self) -> None:
        role: Any = self._chance.choice(["user", "assistant", "system", "tool"])
        await self._store.memory.save_message(self.id, role, self._new("said"), metadata={"n": self._number})

    async def _mark(self) -> None:
        changes = {"starred": self._chance.random() < 0.5, "title": self._new("title"), "tags": [self._new("tag")]}
        await self._store.memory.edit_conversation(self.id, changes)

    async def _configure(self) -> None:
        await self._store.locrits.edit(LOCRIT, {"system_prompt": self._new("You are"), "options": {"temperature": 0.5}})

    async def _any(self) -> Message:
        if not await everything(self._store, self.id):
            await self._ask()
        return self._chance.choice(await everything(self._store, self.id))

    def _new(self, what: str) -> str:
        self._number += 1
        return f"{what} {self._number}"


async def everything(store: Store, conversation_id: str) -> list[Message]:
    """With running replies as far as they are."""
    rows = await store.database.read(lambda connection: every_message(connection, conversation_id))
    return [await store.memory.message(row.message_id) for row in rows]


async def prompted(store: Store, conversation_id: str) -> list[tuple[str, str, str, str]]:
    """What the next question would follow."""
    leaf = await store.leaf_id(conversation_id)
    path = await store.ancestry(leaf, 1000) if leaf else []
    return [(one.message_id, one.role, one.content, "" if one.forgotten_at else ended(one.status)) for one in path]


def ended(status: str) -> str:
    return "interrupted" if status == "streaming" else status


def kept(entity: Entity) -> dict[str, Any]:
    """What a browser has of it, without what does not travel. A reply that was being written is interrupted; of a
    forgotten message only its place is left."""
    if isinstance(entity, Message) and entity.forgotten_at is not None:
        return {name: entity.wire()[name] for name in ("message_id", "parent_id", "role", "content", "metadata")}
    fields = {name: value for name, value in entity.wire().items() if name not in {*STAYS[type(entity)], "rev"}}
    if "status" in fields and ended(fields["status"]) == "interrupted":
        return fields | {"status": "interrupted", "updated_at": "when the server noticed"}
    return fields


def on_the_wire(model: Any, entity: Entity) -> Any:
    return model.model_validate_json(json.dumps(entity.wire()))


async def give_back(store: Store, conversation: Conversation, messages: list[Message]) -> MergeResult:
    """As a browser does."""
    around = wire._conversation(on_the_wire(SyncedConversation, conversation))
    theirs = [ClientMessage(**dict(on_the_wire(SyncedMessage, one))) for one in messages]
    merged = await store.history.merge(conversation.conversation_id, theirs, around)
    for one in messages:
        if one.forgotten_at is not None:
            await store.history.forget_message(one.message_id)
    return merged


async def give_back_locrit(store: Store, locrit: Locrit) -> None:
    await store.history.merge_locrits([wire._locrit(on_the_wire(SyncedLocrit, locrit))])


async def _restored(url: str) -> None:
    """What a start does with replies that a dead process left."""
    async with opened(url) as store:
        for generation_id in await store.running():
            await store.replies.finish_reply(generation_id, GenerationResult("interrupted"))


@pytest.mark.parametrize("example", range(EXAMPLES))
def test_after_giving_back_everything_is_as_it_was(tmp_path: Path, example: int) -> None:
    print(f"SEED={SEED} example={example}")
    chance = random.Random(SEED * 1000 + example)
    url, backup = f"sqlite:///{tmp_path / 'locrit.db'}", tmp_path / "backup.db"

    async def before() -> tuple[Locrit, Conversation, list[Message], Any]:
        async with opened(url) as store:
            life = Life(store, chance, await store.conversation())
            steps = [*range(STEPS)]
            saved_at = chance.choice([-1, *steps])
            if saved_at < 0:
                back_up(tmp_path / "locrit.db", backup)
                life.id = await store.conversation("after the backup")
            for n in steps:
                await life.step()
                if n == saved_at:
                    back_up(tmp_path / "locrit.db", backup)
            locrit, conversation = await store.locrits.get(LOCRIT), await store.memory.conversation(life.id)
            return locrit, conversation, await everything(store, life.id), await prompted(store, life.id)

    locrit, conversation, messages, path = asyncio.run(before())
    restored = f"sqlite:///{backup}"
    asyncio.run(_restored(restored))

    async def after() -> None:
        async with opened(restored) as store:
            await give_back_locrit(store, locrit)
            pieces = chance.randrange(1, 4)
            size = max(1, -(-len(messages) // pieces))
            for at in range(0, max(len(messages), 1), size):
                await give_back(store, conversation, messages[at : at + size])
            again = await store.memory.conversation(conversation.conversation_id)
            assert again.updated_at >= conversation.updated_at  # replies were interrupted, others forgotten
            assert kept(again.model_copy(update={"updated_at": conversation.updated_at})) == kept(conversation)
            assert kept(await store.locrits.get(LOCRIT)) == kept(locrit)
            there = {one.message_id: kept(one) for one in await everything(store, conversation.conversation_id)}
            for one in messages:
                assert there[one.message_id] == kept(one)
            assert len(there) == len(messages)
            assert await prompted(store, conversation.conversation_id) == path
            merged = await give_back(store, conversation, messages)
            assert not merged.added + merged.updated + merged.conflicted

    asyncio.run(after())
    audit(restored)


def back_up(database: Path, to: Path) -> None:
    with sqlite3.connect(database) as source, sqlite3.connect(to) as copy:
        source.backup(copy)
    source.close()
    copy.close()
