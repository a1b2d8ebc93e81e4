"""What a running reply does with tools, by the server's own hand: it asks for them, each runs, each ends.

Each step is durable before the next one begins, under the lock of the conversation, and refused once the reply has
ended: so a tool that changes something runs at most once, whoever is taken for dead meanwhile.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from src.entities import NewToolResult, ToolResult
from src.entities.parts import TOOL_CALL
from src.errors import Conflict
from src.models import generations as generations_table
from src.operations import Stamp
from src.stores import conversations, generations, tool_results
from src.stores.conversations import ConversationHead
from src.stores.unit_of_work import UnitOfWork

_RUNNING = select(generations_table.c.conversation_id, generations_table.c.message_id).where(
    generations_table.c.id == bindparam("id"), generations_table.c.status == "streaming"
)


def call(
    tx: UnitOfWork, generation_id: str, idx: int, new: Sequence[NewToolResult], thought_ms: int | None, stamp: Stamp
) -> list[ToolResult]:
    """The rows, and the parts that refer to them: chunks `idx` and following. A repeat has no further effect."""
    if found := [one for one in (tool_results.find(tx.connection, call.id) for call in new) if one]:
        return found
    head, message_id = _lock(tx, generation_id)
    made = tool_results.add(tx, head, message_id, new, stamp)
    for at, one in enumerate(made):
        generations.append(tx, generation_id, idx + at + 1, one.id, TOOL_CALL, None if at else thought_ms)
    return made


def start(tx: UnitOfWork, generation_id: str, id_: str, stamp: Stamp) -> ToolResult:
    """It runs from now on. One that runs, or has run, stays as it is; so does one that waits for a person."""
    head, _ = _lock(tx, generation_id)
    one = tool_results.require(tx.connection, id_)
    if one.status != "pending" or (one.asks and one.answer is None):
        return one
    return tool_results.change(tx, head, one, {"status": "running"}, stamp)


def end(tx: UnitOfWork, id_: str, fields: dict[str, Any], stamp: Stamp) -> ToolResult:
    """How it ended; one that has ended stays as it ended."""
    one = tool_results.require(tx.connection, id_)
    head = conversations.lock_head(tx, one.conversation_id, in_trash=True)
    one = tool_results.require(tx.connection, id_)
    if one.status not in ("pending", "running") or one.forgotten_at is not None:
        return one
    return tool_results.change(tx, head, one, fields, stamp)


def _lock(tx: UnitOfWork, generation_id: str) -> tuple[ConversationHead, str]:
    """Whoever ends the reply at the same moment waits, or has ended it."""
    conversations.lock_head(tx, _running(tx, generation_id).conversation_id, in_trash=True)
    row = _running(tx, generation_id)  # as it is under the lock
    return conversations.lock_head(tx, row.conversation_id, in_trash=True), str(row.message_id)


def _running(tx: UnitOfWork, generation_id: str) -> Row[Any]:
    row = tx.query(_RUNNING, {"id": generation_id}).one_or_none()
    if row is None:
        raise Conflict("This reply has ended.", hint="Look at what was saved.")
    return row
