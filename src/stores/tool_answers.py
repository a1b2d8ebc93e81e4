"""What a person answers to a tool that changes something: once, always for this Locrit, or not at all."""

from src.entities import ToolAnswer, ToolResult
from src.errors import Conflict
from src.operations import Operation
from src.stores import conversations, locrits, messages, tool_results
from src.stores.unit_of_work import UnitOfWork

WAITING = ("streaming", "interrupted")


def give(tx: UnitOfWork, one: ToolResult, answer: ToolAnswer, operation: Operation) -> ToolResult:
    """Of a reply that was interrupted, it counts when that goes on. Raises Conflict for what was answered otherwise, or
    does not wait: nobody is there who would hear of it."""
    head = conversations.lock_head(tx, one.conversation_id, operation.caller.user_id)
    one = tool_results.require(tx.connection, one.id)
    if one.answer == answer:
        return one
    if one.answer is not None or one.status != "pending" or not one.asks:
        raise Conflict("This was answered already.", hint="Look at what became of it.")
    if one.message_id is None or messages.require(tx.connection, one.message_id).status not in WAITING:
        raise Conflict("The reply that asks this has ended.", hint="Look at what was saved.")
    for other in tool_results.of(tx.connection, [one.message_id]) if answer == "always" else [one]:
        if (other.name, other.status, other.answer) == (one.name, "pending", None):
            fields = {"answer": answer} | ({"status": "refused"} if answer == "refuse" else {})
            tool_results.change(tx, head, other, fields, operation)
    if answer == "always":
        locrit = locrits.by_id(tx.connection, head.locrit_id)
        tools = {**locrit.tools, one.name: "always"}
        locrits.change(tx, head.owner_id, locrit, "locrit.updated", {"tools": tools}, operation)
    return tool_results.require(tx.connection, one.id)
