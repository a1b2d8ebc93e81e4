"""Tools: which there are, what models had done by them, and the answer to one that asks first."""

from backend.protocol.tools import AnswerTool, OfferedTool, ToolList
from backend.routing import endpoint
from src.application import Application
from src.entities import ToolResult
from src.operations import Caller

TOOL_RESULT = "/api/v2/tool-results/<tool_result_id>"


class ToolRoutes:
    noun = "tools"

    def __init__(self, application: Application) -> None:
        self._results = application.tool_results
        self._registry = application.tools

    @endpoint("GET", TOOL_RESULT, ToolResult)
    async def get_tool_result(self, caller: Caller, tool_result_id: str) -> ToolResult:
        """What a model had done, whole."""
        return await self._results.get(caller, tool_result_id)

    @endpoint("POST", f"{TOOL_RESULT}/answer", ToolResult, body=AnswerTool)
    async def answer_tool(self, caller: Caller, tool_result_id: str, body: AnswerTool) -> ToolResult:
        """Say whether a tool that changes something may run: `once`, `always` for its Locrit, or `refuse`. 409 when it
        does not wait for an answer any more."""
        return await self._results.answer(caller, tool_result_id, body.answer, op_id=body.op_id)

    @endpoint("GET", "/api/v2/tools", ToolList)
    async def list_tools(self) -> ToolList:
        """The tools that a Locrit's model may be given."""
        return ToolList(tools=list(map(OfferedTool.of, await self._registry.all())))
