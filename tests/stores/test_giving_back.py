"""A server that was rolled back to a backup gets from a browser all that it had: nothing is other than it was.

`EXAMPLES=…` and `STEPS=…` make it longer, `SEED=…` repeats a run.
"""

import asyncio
import json
import os
import random
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from pydantic import BaseModel

from backend.protocol.history import SyncedConversation, SyncedLocrit, SyncedMessage
from backend.protocol.synced_rows import SyncedArtifact, SyncedToolResult
from backend.routes import history as wire
from src.entities import (
    Artifact,
    ArtifactVersion,
    ClientMessage,
    ClientRows,
    Conversation,
    Entity,
    GenerationResult,
    Locrit,
    MergeResult,
    Message,
    ToolResult,
)
from src.stores import tool_results
from tests.faults.audit import audit
from tests.faults.chance import SEED
from tests.store import LOCRIT, Store, opened
from tests.stores.life import Life, everything, made, tools

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
    ToolResult: {
        "conversation_id": "the address says it",
    },
    Artifact: {
        "conversation_id": "the address says it",
        "locrit_id": "its conversation says it",
    },
    Locrit: {
        "message_count": "counted",
        "conversation_count": "counted",
    },
}
SYNCED: dict[type[Entity], type[BaseModel]] = {
    Message: SyncedMessage,
    Conversation: SyncedConversation,
    Locrit: SyncedLocrit,
    ToolResult: SyncedToolResult,
    Artifact: SyncedArtifact,
}


@pytest.mark.parametrize("entity", SYNCED, ids=lambda entity: entity.__name__)
def test_every_field_is_given_back_or_it_says_here_why_not(entity: type[Entity]) -> None:
    forgotten = entity.model_fields.keys() - SYNCED[entity].model_fields.keys() - STAYS[entity].keys()
    assert not forgotten, f"{forgotten} of {entity.__name__} would be lost when a server is restored from a backup"
    assert not STAYS[entity].keys() - entity.model_fields.keys()


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
    if isinstance(entity, ToolResult):
        entity = tool_results.cut(entity)
    fields = {name: value for name, value in entity.wire().items() if name not in {*STAYS[type(entity)], "rev"}}
    if isinstance(entity, ToolResult) and (entity.status == "pending" or entity.error):
        return fields | {"updated_at": "when the server noticed"}
    if "status" in fields and ended(fields["status"]) == "interrupted":
        return fields | {"status": "interrupted", "updated_at": "when the server noticed"}
    return fields


@dataclass
class Kept:
    """What a browser has of a conversation."""

    conversation: Conversation
    messages: list[Message]
    tools: list[ToolResult]
    artifacts: list[Artifact]
    versions: dict[str, list[ArtifactVersion]]

    @classmethod
    async def of(cls, store: Store, id_: str) -> Self:
        artifacts = await made(store, id_)
        versions = {one.id: await store.artifacts.versions(one.id) for one in artifacts}
        conversation, messages = await store.memory.conversation(id_), await everything(store, id_)
        return cls(conversation, messages, await tools(store, id_), artifacts, versions)

    def rows(self) -> ClientRows:
        """As the wire has them."""
        id_ = self.conversation.conversation_id
        called = [on_the_wire(SyncedToolResult, one).told(id_) for one in self.tools]
        told = [one.wire() | {"versions": [old.wire() for old in self.versions[one.id][1:]]} for one in self.artifacts]
        return ClientRows(called, [SyncedArtifact.model_validate_json(json.dumps(one)).told(id_) for one in told])


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


async def give_back_rows(store: Store, kept_: Kept) -> None:
    """Behind all messages."""
    around = wire._conversation(on_the_wire(SyncedConversation, kept_.conversation))
    await store.history.merge(kept_.conversation.conversation_id, [], around, kept_.rows())


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

    async def before() -> tuple[Locrit, Kept, Any]:
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
            locrit = await store.locrits.get(LOCRIT)
            return locrit, await Kept.of(store, life.id), await prompted(store, life.id)

    locrit, browser, path = asyncio.run(before())
    conversation, messages = browser.conversation, browser.messages
    restored = f"sqlite:///{backup}"
    asyncio.run(_restored(restored))

    async def after() -> None:
        async with opened(restored) as store:
            await give_back_locrit(store, locrit)
            pieces = chance.randrange(1, 4)
            size = max(1, -(-len(messages) // pieces))
            for at in range(0, max(len(messages), 1), size):
                await give_back(store, conversation, messages[at : at + size])
            await give_back_rows(store, browser)
            again = await store.memory.conversation(conversation.conversation_id)
            assert again.updated_at >= conversation.updated_at  # replies were interrupted, others forgotten
            assert kept(again.model_copy(update={"updated_at": conversation.updated_at})) == kept(conversation)
            assert kept(await store.locrits.get(LOCRIT)) == kept(locrit)
            there = {one.message_id: kept(one) for one in await everything(store, conversation.conversation_id)}
            for one in messages:
                assert there[one.message_id] == kept(one)
            assert len(there) == len(messages)
            assert await prompted(store, conversation.conversation_id) == path
            _check_rows(browser, server := await Kept.of(store, conversation.conversation_id))
            await give_back_rows(store, browser)
            assert await Kept.of(store, conversation.conversation_id) == server
            merged = await give_back(store, conversation, messages)
            assert not merged.added + merged.updated + merged.conflicted

    asyncio.run(after())
    audit(restored)


def _rows(of: Kept) -> list[Artifact | ToolResult]:
    return [*of.tools, *of.artifacts]


def _check_rows(browser: Kept, server: Kept) -> None:
    """Of what is forgotten nothing comes back."""
    rows = {one.id: one for one in _rows(server)}
    for one in _rows(browser):
        if one.forgotten_at is not None:
            assert one.id not in rows or rows[one.id].forgotten_at is not None
        else:
            assert kept(rows[one.id]) == kept(one)
            assert server.versions.get(one.id) == browser.versions.get(one.id)
    assert len(rows) <= len(browser.tools) + len(browser.artifacts)


def back_up(database: Path, to: Path) -> None:
    with sqlite3.connect(database) as source, sqlite3.connect(to) as copy:
        source.backup(copy)
    source.close()
    copy.close()
