"""The audit of the audit: each kind of damage is found."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from src.entities import GenerationResult, SendMessage
from src.stores import search
from tests.faults.audit import Violations, Witness, audit
from tests.store import Store, opened

LONG = "Because of " + "many reasons, " * 20
DAMAGE = {
    "a lost message": "DELETE FROM messages WHERE id = 'm2'",
    "a changed message": "UPDATE messages SET content = 'other' WHERE id = 'm2'",
    "a message in another place": "UPDATE messages SET seq = 9 WHERE id = 'm2'",
    "a lost event": "DELETE FROM events WHERE seq = 2",
    "a lost last event": "DELETE FROM events WHERE scope LIKE 'conversation:%' AND entity_id = 'm5' AND rev = 2",
    "a changed event": "UPDATE events SET payload = replace(payload, 'user', 'tool')",
    "a lost operation": "DELETE FROM ops WHERE op_id = 'save m2'",
    "a wrong count": "UPDATE conversations SET message_count = message_count + 1",
    "a wrong count of a day": "UPDATE message_counts SET messages = messages - 1",
    "a wrong count of conversations": "UPDATE locrits SET conversation_count = 7",
    "a renamed conversation": "UPDATE conversations SET title = 'other'",
    "a reply left streaming": "UPDATE messages SET status = 'streaming' WHERE role = 'assistant'",
    "a generation left streaming": "UPDATE generations SET status = 'streaming'",
    "a chunk of an ended reply": "INSERT INTO generation_chunks SELECT id, 9, 'late', x'', NULL, NULL FROM generations",
    "a reply that nobody sent": "UPDATE messages SET content = 'I never' WHERE role = 'assistant'",
    "a broken chain": "UPDATE events SET digest = x'00' WHERE seq = 2",
    "an event without its salt": "UPDATE events SET salt = NULL WHERE entity_id = 'm1'",
    "another newest message": "UPDATE conversations SET leaf_id = 'm1'",
    "a message that follows nothing": "UPDATE messages SET parent_id = 'gone' WHERE id = 'm2'",
    "a message that follows a later one": "UPDATE messages SET parent_id = 'm3' WHERE id = 'm2'",
    "a lost version": "DELETE FROM message_versions WHERE message_id = 'm4'",
    "a version of the future": "UPDATE message_versions SET rev = 99",
    "a message that search does not find": "DELETE FROM message_search WHERE content = 'two'",
    "a forgotten message that is found": "INSERT INTO message_search (rowid, content) VALUES (99, 'secret')",
    "a stub with content": "UPDATE messages SET content = 'secret' WHERE id = 'm5'",
    "a stub with a version": "INSERT INTO message_versions SELECT 'm5', 1, 'secret', 'complete', 0, x'', NULL",
    "an operation that tells of a stub": "UPDATE ops SET request_hash = 'ab' WHERE op_id = 'secret'",
    "a reply that is too short": "UPDATE messages SET content = 'Because' WHERE role = 'assistant'",
}


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Witness]:
    path = tmp_path_factory.mktemp("audited") / "locrit.db"

    async def speak() -> str:
        async with opened(f"sqlite:///{path}") as store:
            conversation_id = await store.conversation()
            for id_, content in (("m1", "one"), ("m2", "two")):
                await store.memory.save_message(conversation_id, "user", content, message_id=id_, op_id=f"save {id_}")
            turn = await store.turns.send(SendMessage("why?", "turn", "m3", None, conversation_id))
            await store.replies.finish_reply(turn.generation_id, GenerationResult("interrupted", LONG))
            await _history(store, conversation_id)
            return turn.generation_id

    shown = {asyncio.run(speak()): [LONG, "lost"]}
    said = {"m1": "one", "m2": "two", "m3": "why?"}
    return path, Witness(said, {"save m2", "turn"}, shown, ["why?"], lambda _: f"{LONG}lost and more")


async def _history(store: Store, conversation_id: str) -> None:
    await store.memory.save_message(conversation_id, "user", "for", message_id="m4")
    await store.memory.edit_message("m4", "four")
    await store.memory.save_message(conversation_id, "user", "secret", message_id="m5", op_id="secret")
    await store.history.forget_message("m5")
    await store.database.write(search.index_pending)


def test_what_is_in_order_passes(spoken: tuple[Path, Witness]) -> None:
    path, witness = spoken
    assert audit(f"sqlite:///{path}", witness) == {"interrupted": 1}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_found(spoken: tuple[Path, Witness], tmp_path: Path, damage: str) -> None:
    path, witness = spoken
    copy = tmp_path / "damaged.db"
    copy.write_bytes(path.read_bytes())
    engine = create_engine(f"sqlite:///{copy}")
    with engine.begin() as connection:
        connection.execute(text(damage))
    engine.dispose()
    with pytest.raises(Violations) as found:
        audit(f"sqlite:///{copy}", witness)
    assert "verify, " not in str(found.value)  # the audit has eyes of its own


def test_a_question_that_reached_the_model_unsaved_is_found(spoken: tuple[Path, Witness]) -> None:
    path, _ = spoken
    with pytest.raises(Violations, match="not saved"):
        audit(f"sqlite:///{path}", Witness(asked=["who knows?"]))
