"""What a model had done by a tool, in a row of its own from the moment it was asked for."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import JsonValue

from src.entities.base import Change, Entity, Failure, Scrubbed, Timestamp

ToolStatus = Literal["pending", "running", "done", "failed", "refused"]
ToolAnswer = Literal["once", "always", "refuse"]
UNKNOWN_OUTCOME = "unknown_outcome"
"""The code of the failure of what ran when its server died."""


class ToolResult(Entity):
    """`arguments` and `result` are any JSON; arguments that could not be read are their text. `changes`: it changes
    something when it runs, and `asks`: the person is asked before it does; `answer` is what that one said, "always"
    for this Locrit. `duration_ms` is how long it ran. Of a forgotten one only its place is left."""

    id: str
    conversation_id: str
    message_id: str | None = None
    name: str
    display_name: str = ""
    arguments: JsonValue = None
    result: JsonValue = None
    status: ToolStatus = "done"
    changes: bool = False
    asks: bool = False
    answer: ToolAnswer | None = None
    error: Failure | None = None
    duration_ms: int | None = None
    created_at: Timestamp
    updated_at: Timestamp
    forgotten_at: Timestamp | None = None
    rev: int


ToolResultChangeType = Literal["tool_result.created", "tool_result.updated", "tool_result.forgotten"]


class ToolResultChange(Change):
    table = "tool_results"
    json_columns = frozenset({"arguments", "result"})
    untold = frozenset()

    type: ToolResultChangeType
    payload: ToolResult | Scrubbed


@dataclass(frozen=True, slots=True)
class NewToolResult:
    """What a model asks for, as its row begins; with an `error`, it is not run."""

    id: str
    name: str
    arguments: Any = None
    display_name: str = ""
    changes: bool = False
    asks: bool = False
    error: Failure | None = None
