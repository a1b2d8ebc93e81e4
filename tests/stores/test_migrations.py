"""The schema that migrations make is the one that `src.models` describes."""

import asyncio
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect

from src.models import metadata
from src.stores.database import Database
from tests.store import opened

FULL_TEXT = "message_search"


def test_the_migrated_schema_is_the_one_of_the_models(database_url: str) -> None:
    engine = _migrated(database_url)
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": engine.name == "postgresql",  # of SQLite, Alembic misreads empty texts
            "include_name": _not_full_text,
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    assert FULL_TEXT in inspect(engine).get_table_names()
    engine.dispose()


def test_migrating_again_changes_nothing(database_url: str) -> None:
    async def said() -> list[str]:
        async with opened(database_url) as store:
            conversation_id = await store.conversation()
            await store.memory.save_message(conversation_id, "user", "hello", message_id="one")
            history, _, _ = await store.memory.get_conversation_history(conversation_id)
            return [message.content for message in history]

    assert asyncio.run(said()) == asyncio.run(said()) == ["hello"]


def _migrated(url: str) -> Engine:
    asyncio.run(Database.open(url, lambda _event: None).close())
    return create_engine(url)


def _not_full_text(name: str | None, _kind: str, parents: Any) -> bool:
    return not (name or "").startswith(FULL_TEXT) and not (parents.get("table_name") or "").startswith(FULL_TEXT)
