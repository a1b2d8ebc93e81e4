"""A SQLite file that something wrote over: who opens it, reads it or writes to it is told so, whatever table it hit."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from src.errors import StoreUnavailable
from src.models import metadata
from src.stores.engines import PAGE_BYTES
from tests.store import LOCRIT, opened

QUESTION = "Is it there?"
LEFT_ALONE = {
    *("generation_chunks", "generations", "memories", "memory_versions", "message_versions"),
    *("locrit_users", "ops", "row_counts", "users"),
    *("tool_results", "artifacts", "artifact_versions", "attachments", "message_attachments", "interactions"),
    *("attachment_texts", "server_settings", "invitations"),
    *("recall_index", "recalled", "recall_marks", "recalled_memories"),
    *("recall_vectors", "vector_spaces"),
    *("concepts", "concept_mentions", "concept_index", "concept_counts"),
}
"""By a start, a message and a search: they read nothing there, or its indexes alone."""


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_a_table_that_was_written_over_is_called_malformed(tmp_path: Path, table: str) -> None:
    path = tmp_path / "locrit.db"
    asyncio.run(_live(path))
    with sqlite3.connect(path) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE_BYTES)
        file.write(b"\xff" * PAGE_BYTES)
    if table in LEFT_ALONE:
        asyncio.run(_live(path))
    else:
        with pytest.raises(StoreUnavailable, match="malformed"):
            asyncio.run(_live(path))


async def _live(path: Path) -> None:
    async with opened(f"sqlite:///{path}") as store:
        conversation_id = await store.conversation()
        await store.memory.save_message(conversation_id, "user", QUESTION)
        await store.memory.search_memories(LOCRIT, QUESTION)
        await store.memory.conversations()
