"""What every request and response is made of: texts, names, ids, limits."""

import json
import re
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import regex
from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from src.entities import Failure, Part, PromptContext, ToolPermission, Usage
from src.services.attachments import MAX_A_MESSAGE

MAX_CONTENT_CHARS = 200_000
MAX_NAME_CHARS = 100
MAX_ID_CHARS = 200
MAX_SESSION_CHARS = len("web__") + MAX_ID_CHARS + MAX_NAME_CHARS
"""As long as the longest that is made here: of a client's label and a Locrit's name."""
MAX_FAILURE_CHARS = 10_000
MAX_PARTS = 1_000
MAX_BESIDE = 1_000
"""Of what is uploaded again beside conversations, in one request."""


Counted = TypeVar("Counted", Usage, PromptContext)

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def printable(text: str) -> str:
    """Control characters have no place in names and ids, NUL has none in any text."""
    if _CONTROL.search(text):
        raise ValueError("must not contain control characters")
    return text


def storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain NUL characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode (a lone surrogate was found)") from None
    return text


def one_grapheme(text: str) -> str:
    """What a reader counts as one: a family, a flag or a skin tone is many code points and one picture."""
    if not regex.fullmatch(r"\X?", text) or text.isspace():
        raise ValueError("must be one emoji or letter, or empty")
    return text


def finite(value: Any) -> Any:
    """JSON has no NaN and no Infinity: what a browser could not read again is not stored."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        raise ValueError("must not contain NaN or Infinity") from None
    return value


def countable(told: Counted) -> Counted:
    """Numbers that happen: finite, not negative, and exact in JavaScript."""
    numbers = [value for value in told.model_dump().values() if not isinstance(value, str)]
    if not all(0 <= number < 2**53 for number in numbers):
        raise ValueError("must have numbers from 0 to 2^53")
    return told


def tellable(failure: Failure) -> Failure:
    for text in failure.model_dump().values():
        if len(storable(text)) > MAX_FAILURE_CHARS:
            raise ValueError(f"must have at most {MAX_FAILURE_CHARS} characters in each text")
    return failure


def tellable_parts(parts: list[Part]) -> list[Part]:
    for part in parts:
        for value in part.model_dump().values():
            if isinstance(value, str) and len(storable(value)) > MAX_CONTENT_CHARS:
                raise ValueError(f"must have at most {MAX_CONTENT_CHARS} characters in each text")
            if isinstance(value, int) and not 0 <= value < 2**53:
                raise ValueError("must have numbers from 0 to 2^53")
    return parts


def ascii_only(name: str) -> str:
    if not name.isascii():
        raise ValueError("must be of plain letters, digits and signs")
    return name


def without_user(address: str) -> str:
    if "@" in address:
        raise ValueError("must not have a user or a password in it")
    return address


def in_one_direction(name: str) -> str:
    """Without what turns the reading direction around, and makes `gpj.exe` look like `exe.jpg`."""
    return re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", name) or "_"


def one_path_segment(text: str) -> str:
    if "/" in text or "\\" in text or text in (".", ".."):
        raise ValueError("must not contain slashes, and must not be '.' or '..'")
    return text


def not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def milliseconds(moment: Any) -> int:
    """Since 1970 UTC, of ISO 8601 with a time zone."""
    try:
        read = datetime.fromisoformat(str(moment))
    except ValueError:
        raise ValueError("must be a date and time as in 2026-03-01T12:00:00Z") from None
    if read.tzinfo is None or not 1970 < read.year < 9999:
        raise ValueError("must name its time zone, and lie between 1971 and 9998")
    return round(read.timestamp() * 1000)


def zone_named(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name that leads out of its directory, or to one
        raise ValueError("must be the name of a time zone, as in Europe/Paris") from None


def boolean(value: Any) -> Any:
    """Raises ValueError for a number: in Python 0 is equal to False, and no client means that."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def whole(number: Any) -> Any:
    """To JSON, 3.0 is a whole number as much as 3 is."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


Moment = Annotated[
    int,
    BeforeValidator(milliseconds, json_schema_input_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Zone = Annotated[
    ZoneInfo,
    BeforeValidator(zone_named, json_schema_input_type=str),
    WithJsonSchema({"type": "string", "format": "time-zone", "default": "UTC"}),
]
PRINTABLE = {"pattern": "^[^\\x00-\\x1f\\x7f]*$"}
"""What the functions above demand, as far as JSON Schema can say it."""
STORABLE = {"pattern": "^[^\\x00]*$"}
NAME = {"pattern": "^(?!\\.{1,2}$)[^\\x00-\\x1f\\x7f/\\\\]*[^\\x00-\\x1f\\x7f/\\\\\\s][^\\x00-\\x1f\\x7f/\\\\]*$"}
CONTENT = {"pattern": "^[^\\x00]*[^\\x00\\s][^\\x00]*$"}

Id = Annotated[
    str,
    Field(min_length=1, max_length=MAX_ID_CHARS, json_schema_extra=PRINTABLE),
    AfterValidator(printable),
    AfterValidator(storable),
]
SessionId = Annotated[
    str,
    Field(min_length=1, max_length=MAX_SESSION_CHARS, json_schema_extra=PRINTABLE),
    AfterValidator(printable),
    AfterValidator(storable),
]
ClientLabel = Annotated[Id | None, Field(validation_alias=AliasChoices("client_label", "user_id"))]
"""By which a client keeps its sessions apart from those of others; clients of old call it `user_id`."""
SiblingOf = Annotated[Id | None, Field(validation_alias=AliasChoices("sibling_of", "instead_of"))]
"""The question that this one puts differently: a branch beside it; older pages call it `instead_of`."""
Name = Annotated[
    str,
    Field(min_length=1, max_length=MAX_NAME_CHARS, json_schema_extra=NAME),
    AfterValidator(printable),
    AfterValidator(storable),
    AfterValidator(not_blank),
    AfterValidator(one_path_segment),
]
Text = Annotated[str, Field(max_length=MAX_CONTENT_CHARS, json_schema_extra=STORABLE), AfterValidator(storable)]
FileName = Annotated[
    str,
    Field(min_length=1, max_length=255, json_schema_extra=NAME),
    AfterValidator(printable),
    AfterValidator(storable),
    AfterValidator(not_blank),
    AfterValidator(one_path_segment),
    AfterValidator(in_one_direction),
]
AttachmentIds = Annotated[list[Id], Field(max_length=MAX_A_MESSAGE)]
Content = Annotated[Text, Field(min_length=1, json_schema_extra=CONTENT), AfterValidator(not_blank)]
Parts = Annotated[list[Part], Field(max_length=MAX_PARTS), AfterValidator(tellable_parts)]
Metadata = Annotated[dict[str, Any], AfterValidator(finite)]
Title = Annotated[
    str, Field(max_length=200, json_schema_extra=PRINTABLE), AfterValidator(printable), AfterValidator(storable)
]
Picture = Annotated[
    str,
    Field(max_length=200, json_schema_extra={"format": "grapheme"}),
    AfterValidator(printable),
    AfterValidator(storable),
    AfterValidator(one_grapheme),
]
Think = Annotated[str, Field(max_length=20, pattern="^([a-z][a-z0-9_-]*)?$")]
"""Whether a model shall think first: "on", "off", a level such as "high", or empty for as it is without saying."""
ToolName = Annotated[str, Field(pattern="^[a-zA-Z0-9_.-]{1,64}$")]
Tools = Annotated[
    dict[ToolName, ToolPermission],
    Field(max_length=200, json_schema_extra={"additionalProperties": False}),
]
"""Which tools the model may call, and whether the person is asked before one that changes something."""
Host = Annotated[
    str,
    Field(max_length=200, json_schema_extra={"format": "ollama-host"}),
    AfterValidator(printable),
    AfterValidator(storable),
    AfterValidator(without_user),
]
"""Of an Ollama, without user and password, which are not kept here; empty for the server's own."""
Yes = Annotated[Literal[True], BeforeValidator(boolean)]
No = Annotated[Literal[False], BeforeValidator(boolean)]
Limit = Annotated[int, Field(ge=1, le=200), BeforeValidator(whole)]
Seq = Annotated[int, Field(ge=0, le=2**53 - 1), BeforeValidator(whole)]
"""A place, a revision or a count: what both a database and JavaScript can hold."""
Revision = Annotated[int, Field(ge=0, le=10**9), BeforeValidator(whole)]
"""As a client tells one that was counted elsewhere: what a database can count on from."""
Cursor = Annotated[
    str,
    Field(max_length=500, json_schema_extra={"format": "cursor"}),
    AfterValidator(printable),
    AfterValidator(storable),
]
NumberCursor = Annotated[str, Field(max_length=500, json_schema_extra={"format": "number-cursor"})]
"""Of a list whose rows have numbers."""


class RequestModel(BaseModel):
    """Unknown fields are ignored: older and newer clients keep working."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class ResponseModel(BaseModel):
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Done(ResponseModel):
    success: Literal[True] = True


class ErrorBody(ResponseModel):
    """Every error of our own interface."""

    error: Failure
