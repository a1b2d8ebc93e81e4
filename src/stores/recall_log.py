"""For which replies of a Locrit something was recalled, page by page, the newest first."""

from sqlalchemy import Connection, bindparam, select, union

from src.entities.recall import RecallLogEntry
from src.models import conversations, messages, recalled, recalled_memories
from src.stores import recalled as store
from src.stores import recalled_memories as memory_store

NEWEST = "\uffff"
"""After all ids. Those of replies are in the order of time."""

_reply, _question = messages.alias("reply"), messages.alias("question")
_answered = union(
    *(
        select(table.c.message_id, table.c.question_id).where(
            table.c.position == 0, table.c.message_id < bindparam("before")
        )
        for table in (recalled, recalled_memories)
    )
).subquery()
_PAGE = (
    select(
        _reply.c.id.label("reply_id"),
        _question.c.id.label("question_id"),
        _question.c.content.label("question"),
        _reply.c.conversation_id,
        conversations.c.title.label("conversation_title"),
        _reply.c.created_at,
    )
    .select_from(_answered)
    .join(_reply, _reply.c.id == _answered.c.message_id)
    .join(_question, _question.c.id == _answered.c.question_id)
    .join(conversations, conversations.c.id == _reply.c.conversation_id)
    .where(
        _reply.c.locrit_id == bindparam("locrit"),
        conversations.c.owner_id == bindparam("owner"),
        _reply.c.deleted_at.is_(None),
        conversations.c.deleted_at.is_(None),
    )
    .order_by(_reply.c.id.desc())
    .limit(bindparam("count"))
)


def page(
    connection: Connection, owner_id: str, locrit_id: str, before: str | None, limit: int
) -> tuple[list[RecallLogEntry], str | None]:
    """Returns a page, and where the next one begins."""
    place = {"owner": owner_id, "locrit": locrit_id, "before": before or NEWEST, "count": limit + 1}
    rows = connection.execute(_PAGE, place).all()
    entries = [
        RecallLogEntry(
            **row._asdict(),
            recalled=store.of_reply(connection, owner_id, row.reply_id),
            memories=memory_store.of_reply(connection, row.reply_id),
        )
        for row in rows[:limit]
    ]
    return entries, rows[limit - 1].reply_id if len(rows) > limit else None
