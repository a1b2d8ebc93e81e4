"""The tool by which a model makes an artifact without saying it."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from src.entities import ArtifactType
from src.fences import printable_name
from src.services.artifacts import ArtifactService
from src.services.tools.tool import Tool, ToolContext

MOST_CHARS = 200_000


class ArtifactTools:
    """Nobody is asked: what a reply says between fences is kept in the same way. Whoever runs it once more makes no
    second one."""

    def __init__(self, artifacts: ArtifactService) -> None:
        self._artifacts = artifacts
        self._tools = (
            Tool(
                "create_artifact",
                "Makes a page (html), a drawing (svg), a diagram (mermaid), a document (markdown), a React component"
                " (jsx, with its css) or a program (code) that the person can open beside the conversation.",
                self._create,
                {
                    "type": {"enum": list(get_args(ArtifactType))},
                    "name": {"type": "string", "minLength": 1, "maxLength": 200},
                    "content": {"type": "string", "pattern": r"\S", "maxLength": MOST_CHARS},
                    "language": {"type": "string", "pattern": r"^[\w+#.-]*$", "maxLength": 40},
                    "css": {"type": "string", "maxLength": MOST_CHARS},
                },
                ["type", "name", "content"],
                title="Make an artifact",
            ),
        )

    async def tools(self) -> Sequence[Tool]:
        return self._tools

    async def _create(self, context: ToolContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
        made = await self._artifacts.create(
            context.caller,
            context.conversation_id,
            arguments["type"],
            printable_name(arguments["name"]) or arguments["type"],
            arguments["content"],
            message_id=context.message_id,
            language=arguments.get("language", ""),
            css=arguments.get("css", ""),
            op_id=context.op_id,
        )
        return {"artifact_id": made.id, "name": made.name}
