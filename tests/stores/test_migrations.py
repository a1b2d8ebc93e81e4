"""The schema that migrations make is the one that `src.models` describes."""

import asyncio
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from src.ids import concept_id
from src.models import concept_mentions, concepts, metadata
from src.stores import migrations
from src.stores.database import Database
from tests.store import opened
from tests.stores.test_concept_index import index, mentions

FULL_TEXT = "message_search"


def test_the_migrated_schema_is_the_one_of_the_models(empty_url: str) -> None:
    engine = _migrated(empty_url)
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": engine.name == "postgresql",  # of SQLite, Alembic misreads empty texts
            "include_name": _not_full_text,
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    assert FULL_TEXT in inspect(engine).get_table_names()
    engine.dispose()


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    async def said() -> list[str]:
        async with opened(empty_url) as store:
            conversation_id = await store.conversation()
            await store.memory.save_message(conversation_id, "user", "hello", message_id="one")
            history, _, _ = await store.memory.get_conversation_history(conversation_id)
            return [message.content for message in history]

    assert asyncio.run(said()) == asyncio.run(said()) == ["hello"]


def test_memories_and_copies_of_before_are_as_good_as_new_ones(empty_url: str) -> None:
    engine = create_engine(empty_url)
    migrations.upgrade(engine, "0003")
    with engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))
    engine.dispose()

    async def look() -> None:
        async with opened(empty_url) as store:
            [memory] = (await store.history.trash()).memories
            assert (memory.content, memory.rev, memory.metadata) == ("likes coffee", 1, {"from": "a form"})
            restored = await store.memory.restore_memory("Ada", memory.id)
            assert (restored.rev, len(await store.memory.memories("Ada"))) == (2, 2)
            assert await store.history.copies("copy") == 1
            report = await store.history.verify()
            wrong = {check.name: check.problems for check in report.checks if not check.ok}
            unprepared = {"counters", "search index", "rows and changes"}
            assert wrong.keys() <= unprepared, wrong
            assert [problem for problem in wrong["rows and changes"] if problem.startswith("memory")] == []

    asyncio.run(look())


def test_what_models_thought_in_the_text_of_older_replies_stays_there_as_it_was_said(empty_url: str) -> None:
    said = "<think>\nHm.\n</think>\n\nBlue."
    engine = create_engine(empty_url)
    migrations.upgrade(engine, "0013")
    with engine.begin() as connection:
        for statement in BEFORE[:5]:
            connection.execute(text(statement))
        connection.execute(text("UPDATE messages SET role = 'assistant', content = :said"), {"said": said})
    engine.dispose()

    async def look() -> None:
        async with opened(empty_url) as store:
            history, _, _ = await store.memory.get_conversation_history("c")
            assert [(message.content, message.parts) for message in history] == [(said, None)] * 2

    asyncio.run(look())


def test_what_was_counted_by_words_is_counted_anew_by_numbers_and_what_was_decided_stays(empty_url: str) -> None:
    said, term = "We met Ada and Minou in Lisbon.", concept_id("local", "a", "minou")
    engine = create_engine(empty_url)
    migrations.upgrade(engine, "0031")
    with engine.begin() as connection:
        for statement in (*BEFORE[:5], *COUNTED):
            connection.execute(text(statement), {"said": said, "term": term})
    engine.dispose()

    async def look() -> None:
        async with opened(empty_url) as store:
            assert await store.rows(concept_mentions) == []
            await index(store)
            assert await mentions(store) == {"Ada": 2, "Cat": 2, "Lisbon": 2}
            [decided] = await store.rows(concepts)
            assert (decided.id, decided.name) == (term, "Cat")
            checks = {check.name: check.problems for check in (await store.history.verify()).checks}
            assert checks["concepts"] == []

    asyncio.run(look())


COUNTED = (
    "UPDATE messages SET content = :said",
    "INSERT INTO concept_mentions VALUES (1, :term, 'Minou', true, 1, 1)",
    "INSERT INTO concept_index (id, owner_id, locrit_id, concept_id, own_mentions, mentions, name)"
    " VALUES (:term, 'local', 'a', :term, 1, 1, 'Cat')",
    "INSERT INTO concept_counts VALUES ('local', 'a', 1)",
    "INSERT INTO concepts (id, owner_id, locrit_id, name, created_at) VALUES (:term, 'local', 'a', 'Cat', 1)",
)
BEFORE = (
    "INSERT INTO users (id, created_at) VALUES ('local', 1)",
    "INSERT INTO locrits (id, owner_id, name, rev, created_at, updated_at) VALUES ('a', 'local', 'Ada', 1, 1, 1)",
    "INSERT INTO conversations (id, locrit_id, owner_id, user_id, session_id, rev, created_at, updated_at, message_seq)"
    " VALUES ('c', 'a', 'local', 'local', 'c', 1, 1, 1, 2)",
    "INSERT INTO messages (id, conversation_id, locrit_id, seq, role, status, content, rev, created_at, updated_at)"
    " VALUES ('said', 'c', 'a', 1, 'user', 'complete', 'hello', 1, 1, 1)",
    "INSERT INTO messages (id, conversation_id, locrit_id, seq, role, status, content, metadata, rev, created_at,"
    " updated_at) VALUES ('copy', 'c', 'a', 2, 'user', 'complete', 'hello', '{\"copied_from\": \"said\"}', 1, 1, 1)",
    "INSERT INTO memories (id, locrit_id, content, importance, created_at) VALUES ('m', 'a', 'likes tea', 0.5, 1)",
    "INSERT INTO memories (id, locrit_id, content, importance, metadata, created_at, deleted_at)"
    " VALUES ('n', 'a', 'likes coffee', 0.5, '{\"from\": \"a form\"}', 2, 3)",
)


def _migrated(url: str) -> Engine:
    asyncio.run(Database.open(url, lambda _event: None).close())
    return create_engine(url)


def _not_full_text(name: str | None, _kind: str, parents: Any) -> bool:
    return not (name or "").startswith(FULL_TEXT) and not (parents.get("table_name") or "").startswith(FULL_TEXT)


def test_the_version_of_this_locrit_is_that_of_its_last_migration() -> None:
    script = ScriptDirectory.from_config(migrations._config())
    assert migrations.head() == script.get_current_head()
