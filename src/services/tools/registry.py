"""Every tool there is, by name, from all sources."""

from collections.abc import Collection, Sequence
from typing import Any

from src.errors import InvalidInput
from src.services.tools.tool import Tool, ToolSource

MOST_SAID_CHARS = 500


class ToolRegistry:
    """Of two with the same name, the one of the earlier source counts."""

    def __init__(self, sources: Sequence[ToolSource]) -> None:
        self._sources = list(sources)

    async def all(self) -> list[Tool]:
        found: dict[str, Tool] = {}
        for source in self._sources:
            for tool in await source.tools():
                found.setdefault(tool.name, tool)
        return list(found.values())

    async def named(self, names: Collection[str]) -> dict[str, Tool]:
        """Those of these names that there are."""
        return {tool.name: tool for tool in await self.all() if tool.name in names}


def check(tool: Tool, arguments: Any) -> None:
    """Raises InvalidInput for arguments that are not what the tool takes, with a sentence that a model can act on."""
    if isinstance(arguments, str):
        raise InvalidInput(f"The arguments of {tool.name} are not readable JSON.", hint="Send one JSON object.")
    from jsonschema import Draft202012Validator  # 4 MB, for whose models call tools
    from jsonschema.exceptions import best_match

    wrong = best_match(Draft202012Validator(tool.schema).iter_errors(arguments))
    if wrong is not None:
        place = ".".join(map(str, wrong.absolute_path))
        at = f" at {place}" if place else ""
        raise InvalidInput(
            f"The arguments of {tool.name} do not fit{at}: {wrong.message[:MOST_SAID_CHARS]}.", hint="Correct them."
        )
