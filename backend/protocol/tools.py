"""Tools on the wire."""

from typing import Self

from backend.protocol.fields import Id, RequestModel, ResponseModel
from src.entities import ToolAnswer
from src.services.tools.tool import Tool


class AnswerTool(RequestModel):
    answer: ToolAnswer
    op_id: Id | None = None


class OfferedTool(ResponseModel):
    """`changes`: it changes something, so that the person is asked before it runs."""

    name: str
    description: str
    changes: bool

    @classmethod
    def of(cls, tool: Tool) -> Self:
        return cls(name=tool.name, description=tool.description, changes=tool.changes)


class ToolList(ResponseModel):
    tools: list[OfferedTool]
