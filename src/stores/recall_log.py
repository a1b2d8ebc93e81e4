"""For which replies of a Locrit something was recalled, page by page, the newest first."""

from sqlalchemy import Connection, bindparam, select

from src.entities.recall import RecallLogEntry
from src.models import conversations, messages, recalled
from src.stores import recalled as store

NEWEST = "\uffff"
"""After all ids. Those of replies are in the order of time."""

_reply, _question = messages.alias("reply"), messages.alias("question")
_PAGE = (
    select(
        _reply.c.id.label("reply_id"),
        _question.c.id.label("question_id"),
        _question.c.content.label("question"),
        _reply.c.conversation_id,
        conversations.c.title.label("conversation_title"),
        _reply.c.created_at,
    )
    .select_from(recalled)
    .join(_reply, _reply.c.id == recalled.c.message_id)
    .join(_question, _question.c.id == recalled.c.question_id)
    .join(conversations, conversations.c.id == _reply.c.conversation_id)
    .where(
        recalled.c.position == 0,
        recalled.c.message_id < bindparam("before"),
        _reply.c.locrit_id == bindparam("locrit"),
        conversations.c.owner_id == bindparam("owner"),
        _reply.c.deleted_at.is_(None),
        conversations.c.deleted_at.is_(None),
    )
    .order_by(recalled.c.message_id.desc())
    .limit(bindparam("count"))
)


def page(
    connection: Connection, owner_id: str, locrit_id: str, before: str | None, limit: int
) -> tuple[list[RecallLogEntry], str | None]:
    """Returns a page, and where the next one begins."""
    place = {"owner": owner_id, "locrit": locrit_id, "before": before or NEWEST, "count": limit + 1}
    rows = connection.execute(_PAGE, place).all()
    entries = [
        RecallLogEntry(**row._asdict(), recalled=store.of_reply(connection, owner_id, row.reply_id))
        for row in rows[:limit]
    ]
    return entries, rows[limit - 1].reply_id if len(rows) > limit else None
