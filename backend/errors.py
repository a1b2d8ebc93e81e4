"""Failures on the wire: one table from an error's code to its HTTP status, one body for REST and for sockets.

Our own interface answers `{"error": {"code", "message", "hint", ...}}`. All else is a dialect, whose clients show a
sentence as it is, each family by another name: `{"success": false, "error", "message", "detail", "code", ...}`.
"""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, request
from pydantic_core import to_json
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from backend import outdated
from src.entities import Failure, Message
from src.errors import LimitReached, LocritError

log = logging.getLogger("locrit.web")

STATUS: dict[str, int] = {
    "invalid_input": 400,
    "unusable_file": 400,
    "inactive": 400,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "forgotten": 410,
    "too_many_messages": 429,
    "context_exceeded": 413,
    "internal_error": 500,
    "model_error": 502,
    "model_cut": 502,
    "pull_failed": 502,
    "pull_cut": 502,
    "interrupted": 503,
    "length": 502,
    "empty_reply": 502,
    "only_thought": 502,
    "only_tool_call": 502,
    "too_many_rounds": 502,
    "thinking_refused": 502,
    "tools_refused": 502,
    "postponed": 503,
    "sync_off": 503,
    "store_unavailable": 503,
    "store_replaced": 503,
    "model_unreachable": 503,
    "model_missing": 503,
    "model_cannot_chat": 503,
    "model_cannot_see": 503,
    "model_timeout": 504,
    "timed_out": 504,
}

HTTP_FAILURES: dict[int, Failure] = {
    404: Failure(
        code="unknown_path", message="There is nothing at this address.", hint="See /api/docs for all of them."
    ),
    405: Failure(
        code="method_not_allowed",
        message="This address does not know that method.",
        hint="See /api/docs for the methods of each address.",
    ),
    413: Failure(
        code="too_large", message="The request is too large.", hint="A message can have up to 200,000 characters."
    ),
    415: Failure(
        code="unsupported_media_type",
        message="The request must be JSON.",
        hint="Send a JSON body with the header Content-Type: application/json.",
    ),
}
OURS = "/api/v2/"
INTERNAL = LocritError("Something went wrong inside the server. What was shown as saved is safe.")


class ReplyFailed(LocritError):
    """The failure of a reply, as it was stored with it, and what had arrived by then."""

    def __init__(self, failure: Failure, reply: Message) -> None:
        place = {"conversation_id": reply.conversation_id, "message_id": reply.message_id, "status": reply.status}
        super().__init__(failure.message, hint=failure.hint, response=reply.content, **place)
        self.failure = failure

    def as_body(self) -> dict[str, Any]:
        return self.details | self.failure.wire()


def failure_told_to_others(reply: Message) -> Failure | None:
    """To clients of other systems what a limit has cut is an answer: they know no other end, and would show an error in
    place of what was said."""
    return None if reply.error is None or reply.error.code == LimitReached.code else reply.error


def register(app: Flask) -> None:
    """A failure that is not named here is a bug: it is logged with its traceback and told as `internal_error`."""
    app.register_error_handler(LocritError, lambda error: _response(error.as_body()))
    app.register_error_handler(HTTPException, _http_failure)
    app.register_error_handler(Exception, _bug)


def _http_failure(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()  # type: ignore[return-value]  # a redirect
    if status in (404, 405) and outdated.is_outdated_page():
        return _response(outdated.OUTDATED.wire(), 503)
    unnamed = Failure(code=f"http_{status}", message=error.description or error.name)
    told = HTTP_FAILURES.get(status, unnamed).wire()
    no_json_elsewhere = status == 415 and not is_ours(request.path)
    answer = _response(told, 400 if no_json_elsewhere else status)
    if isinstance(error, MethodNotAllowed):
        answer.allow.update(error.valid_methods or ())
    return answer


def _bug(error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return _response(INTERNAL.as_body())


def status_of(body: Mapping[str, Any]) -> int:
    return STATUS.get(body["code"], 500)


def _response(body: dict[str, Any], status: int | None = None) -> Response:
    told = to_json(wire_body(request.path, body))
    return Response(told, status or status_of(body), content_type="application/json")


def refuse(
    environ: WSGIEnvironment,
    start_response: StartResponse,
    status: int,
    body: Mapping[str, Any],
    *more: tuple[str, str],
) -> Iterable[bytes]:
    """Answers for WSGI middleware, with `more` headers; to HEAD without the body, whose length is told."""
    told = to_json(body)
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(told))), *more]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [told]


def wire_body(path: str, body: dict[str, Any]) -> dict[str, Any]:
    if is_ours(path):
        return {"error": body}
    return {**body, "success": False, **dict.fromkeys(("error", "message", "detail"), body["message"])}


def is_ours(path: str) -> bool:
    """Whether it is of our own interface, and of no dialect."""
    return f"{path}/".startswith(OURS)
