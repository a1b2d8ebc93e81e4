"""How the server is started from a terminal: flags, sentences for what is wrong with them, and the log."""

import logging
import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from backend.async_bridge import AsyncBridge
from backend.auth import person
from backend.validation import phrase
from src.addresses import without_credentials
from src.config import Settings
from src.entities import Examination
from src.errors import LocritError
from src.services import inspection

if TYPE_CHECKING:
    from backend.runtime import Runtime

CHATTY = ("locrit.wsgi", "httpx", "alembic")
"""They log every request, every step."""
SECRETS = {name for name, field in Settings.model_fields.items() if field.annotation is SecretStr}
"""What they hold is not told."""
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def read_settings(arguments: Sequence[str], program: str = "web_app.py") -> Settings:
    """Flags go over environment, environment over `.env`. Ends the process with 2 when they cannot be used."""
    try:
        settings = Settings(_cli_parse_args=list(arguments), _cli_prog_name=program, _cli_exit_on_error=False)
    except ValidationError as error:
        _refuse([_sentence(problem) for problem in error.errors(include_url=False)])
    except SettingsError as error:
        flags = re.findall(r"(?<!\S)--?[\w-]+", str(error))
        _refuse([f"a flag is unknown, ambiguous or without its value: {', '.join(flags)}; --help lists all of them."])
    logging.basicConfig(level=settings.log_level)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(_Formatter(LOG_FORMAT))
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
    return settings


class _Formatter(logging.Formatter):
    """Whatever a library tells, tracebacks included: no user and password of a URL."""

    def format(self, record: logging.LogRecord) -> str:
        return without_credentials(super().format(record))


def give_up(failure: LocritError) -> NoReturn:
    sys.exit(without_credentials(f"Locrit cannot start: {failure.message}\n{failure.action}"))


def _refuse(told: list[str]) -> NoReturn:
    print("Locrit cannot start:\n  " + "\n  ".join(told), file=sys.stderr)
    sys.exit(2)


def _sentence(problem: ErrorDetails) -> str:
    if not problem["loc"]:
        return phrase(problem)
    field = str(problem["loc"][0])
    said = f"{field} ({_variable(field)}) {phrase(problem)}"
    return f"{said}." if field.lower() in SECRETS else f"{said}; it is {problem['input']!r}."


def _variable(field: str) -> str:
    return field.upper() if field.upper() == "OLLAMA_HOST" else f"LOCRIT_{field.upper()}"


def announce(settings: Settings) -> Callable[[int], None]:
    """What to call with the port once the server listens."""
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    return lambda port: print(f"Locrit is ready: http://{name}:{port}{settings.base_path}", flush=True)


def verify(arguments: Sequence[str], runtime: "Runtime") -> int:
    """Checks what is stored; changes nothing, unless with `--repair`. Returns the exit code: 0 when all is well."""
    settings = read_settings([flag for flag in arguments if flag != "--repair"], "web_app.py verify [--repair]")
    try:
        if "--repair" in arguments:
            found = Examination(AsyncBridge(runtime).run(inspection.repair(person("script"), settings)))
        else:
            found = inspection.examine(settings)
    except LocritError as failure:
        sys.exit(f"{failure.message}\n{failure.action}")
    _tell(found)
    return 0 if found.report.ok else 1


def _tell(found: Examination) -> None:
    for check in found.report.checks:
        print(f"{'ok    ' if check.ok else 'WRONG '} {check.name}: {check.checked} checked")
        for problem in check.problems:
            print(f"         {problem}")
        if check.hint:
            print(f"         -> {check.hint}")
    for repaired in found.report.repaired:
        print(f"repaired {repaired}")
    if found.remark:
        print(found.remark)
