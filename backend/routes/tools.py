"""What models had done by tools."""

from backend.routing import endpoint
from src.application import Application
from src.entities import ToolResult
from src.operations import Caller

TOOL_RESULT = "/api/tool-results/<tool_result_id>"


class ToolRoutes:
    noun = "tools"

    def __init__(self, application: Application) -> None:
        self._results = application.tool_results

    @endpoint("GET", TOOL_RESULT, ToolResult)
    async def get_tool_result(self, caller: Caller, tool_result_id: str) -> ToolResult:
        """What a model had done, whole."""
        return await self._results.get(caller, tool_result_id)
