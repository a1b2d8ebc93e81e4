"""What a tool is, and where tools come from."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from src.entities import Locrit
from src.operations import Caller
from src.services.llm.protocol import ToolSpec


@dataclass(frozen=True, slots=True)
class ToolContext:
    """For whom a tool runs, with that one's rights and no others, in which conversation with which Locrit, and for
    which reply. `op_id` is the same whenever this call is tried."""

    caller: Caller
    locrit: Locrit
    conversation_id: str
    message_id: str
    op_id: str


@dataclass(frozen=True, slots=True)
class Tool:
    """`description` is for the model. `properties` and `required` make the JSON schema of the arguments. `function`
    returns any JSON and raises LocritError; it `changes` something, or only reads. `title` is for people where the
    interface has no words of its own for it."""

    name: str
    description: str
    function: Callable[[ToolContext, Mapping[str, Any]], Awaitable[Any]]
    properties: Mapping[str, Any] = field(default_factory=dict)
    required: Sequence[str] = ()
    changes: bool = False
    title: str = ""

    @property
    def schema(self) -> dict[str, Any]:
        told = {"type": "object", "properties": dict(self.properties), "additionalProperties": False}
        return told | ({"required": list(self.required)} if self.required else {})

    @property
    def spec(self) -> ToolSpec:
        return ToolSpec(self.name, self.description, self.schema)


class ToolSource(Protocol):
    """Those of this server are one; another server's (MCP) may be another."""

    async def tools(self) -> Sequence[Tool]: ...
