"""Tools that need nothing but their arguments."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from src.errors import InvalidInput
from src.services.tools.calculator import calculate
from src.services.tools.tool import Tool, ToolContext


async def _now(_context: ToolContext, arguments: Mapping[str, Any]) -> dict[str, str]:
    name = arguments.get("time_zone", "UTC")
    try:
        zone = UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput(f"There is no time zone {name[:60]}.", hint="Name one such as Europe/Paris.") from None
    moment = datetime.now(zone)
    return {"now": moment.isoformat(timespec="seconds"), "weekday": moment.strftime("%A"), "time_zone": name}


async def _calculate(_context: ToolContext, arguments: Mapping[str, Any]) -> dict[str, str]:
    return {"expression": arguments["expression"], "value": calculate(arguments["expression"])}


PLAIN = (
    Tool(
        "now",
        "Tells the date, the time and the day of the week.",
        _now,
        {"time_zone": {"type": "string", "description": "Such as Europe/Paris; UTC without it."}},
    ),
    Tool(
        "calculate",
        "Calculates an arithmetic expression exactly. Knows + - * / // % **, parentheses, sqrt, round, log, sin, pi.",
        _calculate,
        {"expression": {"type": "string", "description": "Such as (17.5 * 3) / 4."}},
        ["expression"],
    ),
)
