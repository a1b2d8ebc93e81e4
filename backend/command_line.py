"""How the server is started from a terminal: flags, sentences for what is wrong with them, and the log."""

import logging
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from backend.async_bridge import AsyncBridge
from backend.validation import phrase
from src.config import Settings
from src.errors import LocritError
from src.services.archive import Archive
from src.stores.database import Database

if TYPE_CHECKING:
    from backend.runtime import Runtime

CHATTY = ("locrit.wsgi", "httpx", "alembic")
"""They log every request, every step."""
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def read_settings(arguments: Sequence[str], program: str = "web_app.py") -> Settings:
    """Flags go over environment, environment over `.env`. Ends the process with 2 when they cannot be used."""
    try:
        settings = Settings(_cli_parse_args=list(arguments), _cli_prog_name=program)
    except ValidationError as error:
        told = [_sentence(problem) for problem in error.errors(include_url=False)]
        print("Locrit cannot start:\n  " + "\n  ".join(told), file=sys.stderr)
        sys.exit(2)
    logging.basicConfig(level=settings.log_level, format=LOG_FORMAT)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
    return settings


def give_up(failure: LocritError) -> NoReturn:
    sys.exit(f"Locrit cannot start: {failure.message}\n{failure.action}")


def _sentence(problem: ErrorDetails) -> str:
    if not problem["loc"]:
        return phrase(problem)
    field = str(problem["loc"][0])
    return f"{field} ({_variable(field)}) {phrase(problem)}; it is {problem['input']!r}."


def _variable(field: str) -> str:
    return field.upper() if field.upper() == "OLLAMA_HOST" else f"LOCRIT_{field.upper()}"


def announce(host: str) -> Callable[[int], None]:
    """What to call with the port once the server listens."""
    name = f"[{host}]" if ":" in host else host
    return lambda port: print(f"Locrit is ready: http://{name}:{port}", flush=True)


def verify(arguments: Sequence[str], runtime: "Runtime") -> int:
    """Checks the database of a server that does not run; returns the exit code: 0 when all is well."""
    settings = read_settings([flag for flag in arguments if flag != "--repair"], "web_app.py verify [--repair]")
    bridge = AsyncBridge(runtime)
    try:
        database = Database.open(settings.sqlalchemy_url, publish=lambda _event: None)
    except LocritError as failure:
        give_up(failure)
    report = bridge.run(Archive(database).verify("--repair" in arguments))
    bridge.run(database.close())
    for check in report.checks:
        print(f"{'ok    ' if check.ok else 'WRONG '} {check.name}: {check.checked} checked")
        for problem in check.problems:
            print(f"         {problem}")
    for repaired in report.repaired:
        print(f"repaired {repaired}")
    return 0 if report.ok else 1
