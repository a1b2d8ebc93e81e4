"""Turns what a client sent into models, and what is wrong with it into sentences for people.

Not spectree's validation, which takes a body that is no JSON for an empty one, nor flask-openapi3's, which takes seven
times as long: both take "yes" for true and "5" for a number, and fail with a 500 at JSON that is nested too deeply.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from flask import Request
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import ClientDisconnected, UnsupportedMediaType

from backend.protocol.fields import Id, SessionId
from src.errors import InvalidInput

Model = TypeVar("Model", bound=BaseModel)

MAX_TOLD = 3
PIECE_BYTES = 1 << 18
ANY_BYTES = 1 << 62
JSON_TYPES = ("application/json", "text/plain", "")
"""Eventlet says text/plain where a request says nothing."""

PHRASES: dict[str, str] = {
    "missing": "is missing",
    "string_type": "must be a text",
    "string_unicode": "must be valid Unicode",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "too_long": "must have at most {max_length} entries",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "extra_forbidden": "is not known",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}


def parse_json(model: type[Model], request: Request, may_be_empty: bool = False) -> Model:
    """`may_be_empty`: no body says as much as `{}`. Raises InvalidInput, and werkzeug's errors for a body that is too
    large or of another type."""
    if request.mimetype not in JSON_TYPES:
        raise UnsupportedMediaType
    body = _body(request) or (b"{}" if may_be_empty else b"")
    return _checked(lambda: model.model_validate_json(body, strict=True))


def pieces(request: Request, at_most: int) -> Iterator[bytes]:
    """The body, as it comes; as much of one that is too large as tells that it is. Raises InvalidInput."""
    request.max_content_length = ANY_BYTES  # `at_most` says it with a sentence
    left = at_most + 1
    try:
        while left > 0 and (piece := request.stream.read(min(left, PIECE_BYTES))):
            left -= len(piece)
            yield piece
    except (OSError, ClientDisconnected):
        raise InvalidInput("The file ended before its length.", hint="Send it again.") from None


def _body(request: Request) -> bytes:
    try:
        return request.get_data(cache=False)
    except OSError:  # it stopped in the middle: there is hardly anyone to read this
        raise InvalidInput("The body ended before its length.", hint="Send it again.") from None


def parse_query(model: type[Model], arguments: Mapping[str, str]) -> Model:
    return _checked(lambda: model.model_validate(dict(arguments.items())))


def parse_payload(model: type[Model], payload: Any) -> Model:
    """For data that has been decoded already, such as a socket's."""
    return _checked(lambda: model.model_validate(payload))


_ID: TypeAdapter[str] = TypeAdapter(Id)
_SESSION_ID: TypeAdapter[str] = TypeAdapter(SessionId)


def path_type(name: str) -> TypeAdapter[str]:
    return _SESSION_ID if name == "session_id" else _ID


def parse_path(name: str, value: str) -> str:
    """Any id or name that could exist; others are refused here, before they reach the store."""
    try:
        return path_type(name).validate_python(value)
    except ValidationError as error:
        raise _refusal([{**problem, "loc": (name,)} for problem in error.errors(include_url=False)]) from None


def _checked(validate: Callable[[], Model]) -> Model:
    try:
        return validate()
    except ValidationError as error:
        raise _refusal(error.errors(include_url=False)) from None


def _refusal(problems: list[ErrorDetails]) -> InvalidInput:
    if any(problem["type"] == "json_invalid" for problem in problems):
        return InvalidInput("The request is not valid JSON.", hint="Send a JSON object as the body.")
    fields = {_field(problem): phrase(problem) for problem in problems}
    if list(fields) == [""]:
        return InvalidInput(f"The request {fields['']}.")
    told = [f"{field or 'The request'} {phrase}" for field, phrase in list(fields.items())[:MAX_TOLD]]
    return InvalidInput("; ".join(told) + ".", fields=fields)


def _field(problem: ErrorDetails) -> str:
    return ".".join(str(part) for part in problem["loc"])[:200]


def phrase(problem: ErrorDetails) -> str:
    phrase = PHRASES.get(problem["type"], "is not valid")
    return phrase.format(**problem.get("ctx", {}))
