"""Changes are typed from the log on: what is logged now, what earlier versions logged, and what cannot be read."""

import json

from src.entities import Change, Conversation, Message, Scrubbed
from src.stores.kinds import KINDS, kind_of
from tests.log import Event, rewrite
from tests.store import Store, on_each_database, on_sqlite

NOT_YET = {"locrit_id", "forgotten_at", "forked_from", "context", "former_names", "preview"}
"""Fields that earlier versions did not write."""
NO_LONGER = {"leaf_id": "m"}
"""Fields that only earlier versions wrote."""


def of_before(event: Event) -> str:
    said = {name: value for name, value in json.loads(event.payload).items() if name not in NOT_YET}
    return json.dumps(said | NO_LONGER)


async def _logged(store: Store, scope: str) -> list[Change]:
    changes, _, _ = await store.memory.events(scope)
    return list(changes)


def test_every_kind_has_one_name_and_one_table() -> None:
    assert {name: kind.table.name for name, kind in KINDS.items()} == {
        "message": "messages",
        "conversation": "conversations",
        "locrit": "locrits",
        "memory": "memories",
        "artifact": "artifacts",
        "tool_result": "tool_results",
        "attachment": "attachments",
        "server_settings": "server_settings",
        "recall_mark": "recall_marks",
        "concept": "concepts",
    }
    assert kind_of("message.forgotten").entity is Message


@on_each_database
async def test_what_is_announced_is_what_is_logged(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", "hello", message_id="m")
    for scope in ("user:local", f"conversation:{conversation_id}"):
        logged = await _logged(store, scope)
        assert logged == store.changes(scope)
        assert {type(change.payload) for change in logged} == {kind_of(change.type).entity for change in logged}


@on_each_database
async def test_a_log_of_before_is_read(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", "hello", message_id="m")
    await store.database.write(lambda tx: rewrite(tx.connection, of_before))
    [said] = await _logged(store, f"conversation:{conversation_id}")
    assert isinstance(said.payload, Message)
    assert (said.payload.content, said.payload.context) == ("hello", None)
    began = next(change for change in await _logged(store, "user:local") if change.type == "conversation.created")
    assert isinstance(began.payload, Conversation)
    assert (began.payload.locrit_id, began.payload.forked_from) == ("", None)
    assert "leaf_id" not in began.wire()["payload"]
    problems = {check.name: check.problems for check in (await store.history.verify()).checks}
    assert problems["digests"] == []


@on_sqlite
async def test_what_a_change_says_and_nobody_can_read_keeps_no_other_from_being_told(store: Store) -> None:
    conversation_id = await store.conversation()
    for message_id in ("one", "two"):
        await store.memory.save_message(conversation_id, "user", message_id, message_id=message_id)
    strange = {"one": '{"message_id": 7}'}
    await store.database.write(
        lambda tx: rewrite(tx.connection, lambda event: strange.get(event.entity_id, event.payload))
    )
    first, second = await _logged(store, f"conversation:{conversation_id}")
    assert (first.entity_id, first.payload) == ("one", Scrubbed())
    assert isinstance(second.payload, Message)
