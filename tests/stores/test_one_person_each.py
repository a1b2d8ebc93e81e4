"""What was done before operations and names were a person's own is the only person's, and is known as done."""

import asyncio
import hashlib
import json
from typing import Any

import pytest
from pydantic_core import to_json
from sqlalchemy import create_engine, insert, select, text

from src.errors import Conflict
from src.ids import request_hash
from src.models import conversations, locrits, ops, users
from src.operations import Caller
from src.stores import migrations
from tests.callers import SOMEONE
from tests.store import Store, on_each_database, opened

OPENED = {"locrit": "Ada", "id": "c", "session": None, "user": "local", "title": ""}
MOMENT = {"rev": 1, "created_at": 1, "updated_at": 1}


def before(op_id: str, hash_: str, result: dict[str, Any]) -> dict[str, Any]:
    row = {"created_at": 1, "op_id": op_id, "request_hash": hash_, "result": json.dumps(result)}
    return row | {"checksum": hashlib.blake2b(to_json(row), digest_size=8).digest()}


DONE = [
    before("opened", request_hash("open", OPENED), {"conversation_id": "c"}),
    before("damaged", "0", {}) | {"request_hash": "1"},
    *(before(f"other {n}", "0", {}) for n in range(3)),
]


def test_operations_of_before_are_the_only_persons_and_answer_repeats(empty_url: str) -> None:
    engine = create_engine(empty_url)
    migrations.upgrade(engine, "0010")
    columns = ", ".join(DONE[0])
    given = ", ".join(f":{name}" for name in DONE[0])
    with engine.begin() as connection:
        connection.execute(insert(users), {"id": "local", "created_at": 1})
        connection.execute(insert(locrits), {"id": "a", "owner_id": "local", "name": "Ada"} | MOMENT)
        place = {"id": "c", "locrit_id": "a", "owner_id": "local", "user_id": "local", "session_id": "c"}
        connection.execute(insert(conversations), place | MOMENT)
        connection.execute(text(f"INSERT INTO ops ({columns}) VALUES ({given})"), DONE)
        connection.execute(text("UPDATE row_counts SET rows = 5 WHERE table_name = 'ops'"))
    engine.dispose()

    async def look() -> None:
        async with opened(empty_url) as store:
            known, created = await store.memory.open_conversation("Ada", conversation_id="c", op_id="opened")
            assert (known.conversation_id, created) == ("c", False)
            with pytest.raises(Conflict):
                await store.memory.open_conversation("Ada", conversation_id="d", op_id="opened")
            rows = await store.rows(select(ops.c.user_id, ops.c.op_id))
            assert sorted(tuple(row) for row in rows) == sorted(("local", one["op_id"]) for one in DONE)
            checks = (await store.history.verify()).checks
            wrong = [problem for check in checks for problem in check.problems if "ops" in problem]
            assert len(wrong) == 1, wrong
            assert "damaged" in wrong[0]

    asyncio.run(look())


@on_each_database
async def test_two_people_may_call_their_locrits_the_same(store: Store) -> None:
    other = await store.of(SOMEONE)
    for person in (store, other):
        await person.locrits.create("Ada", {"description": person.caller.user_id})
        with pytest.raises(Conflict):
            await person.locrits.create("Ada", {})
    for person in (store, other):
        assert (await person.locrits.get("Ada")).description == person.caller.user_id
    await store.locrits.edit("Ada", {"name": "Eve"})
    assert (await other.locrits.get("Ada")).name == "Ada"
    assert (await store.locrits.get("Ada")).name == "Eve", "by the name that it had"
    report = await store.history.verify()
    assert report.ok, [check for check in report.checks if not check.ok]


@on_each_database
async def test_what_another_person_calls_a_copy_is_not_forgotten_with_its_original(store: Store) -> None:
    other = await store.of(Caller("other"))
    conversation_id, theirs = await store.conversation(), await other.conversation()
    await store.memory.save_message(conversation_id, "user", "mine", message_id="mine")
    await other.memory.save_message(theirs, "user", "stays", message_id="copy", metadata={"copied_from": "mine"})
    await store.memory.save_message(
        conversation_id, "user", "last", message_id="last", metadata={"copied_from": "copy"}
    )
    assert await store.history.copies("mine") == 0
    for forgotten in ("mine", "last"):
        await store.history.forget_message(forgotten)
    await store.history.forget_conversation(conversation_id)
    assert (await other.memory.message("copy")).content == "stays"
