"""What a route is: a method with a declaration, mostly a coroutine. The only module between Flask's request and it."""

from asyncio import to_thread
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import iscoroutine, signature
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol, TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, request
from pydantic import BaseModel
from pydantic_core import to_json

from backend.access import Switches, needs_of
from backend.async_bridge import AsyncBridge
from backend.auth import person
from backend.errors import is_ours
from backend.validation import PIECE_BYTES, parse_json, parse_path, parse_query, pieces
from backend.visitors.pages import SentPage, refused_page
from backend.visitors.visit import Visit
from src.errors import LocritError

UNQUOTED = str.maketrans({'"': "'", "\\": "_"})
"""What a quoted file name cannot hold."""
FILE_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",  # what is forgotten is in no cache
}
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`also` is a second success status. `streams`: the success is a stream of events; `downloads`: it is a file
    of one of these media types.
    `uploads`: the body is one, of at most so many bytes, and the handler gets it as `content`, in pieces.
    """

    method: Method
    path: str
    returns: type[BaseModel]
    status: int = 200
    also: int | None = None
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    streams: bool = False
    uploads: int = 0
    downloads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentFile:
    """What a handler returns to answer with a file; it is shown as what it is, or `name` is what it is saved as."""

    path: Path
    media_type: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SentPieces:
    """What a handler returns to answer with a file that is made while it is sent, to be saved as `name`."""

    pieces: AsyncIterator[str]
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class ServerSentEvents:
    """What a handler returns to answer with a stream of JSON objects."""

    events: AsyncIterator[Mapping[str, Any]]


class Routes(Protocol):
    """A class of handlers about one `noun`. A handler returns a model, a model and a status, `ServerSentEvents`, a
    `SentFile` or `SentPieces`."""

    noun: str


def endpoint(
    method: Method,
    path: str,
    returns: type[BaseModel],
    *,
    status: int = 200,
    also: int | None = None,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    streams: bool = False,
    uploads: int = 0,
    downloads: tuple[str, ...] = (),
) -> Callable[[Handler], Handler]:
    """Declares a handler; it is called with the `caller`, if it wants to know, its path parameters and, where
    declared, `body` and `query`; with the `locrit` that its address asks something of, and, instead of a person's, with
    a visitor's `visit`."""

    def declare(handler: Handler) -> Handler:
        vars(handler)["endpoints"] = (
            Endpoint(method, path, returns, status, also, body, query, streams, uploads, downloads),
            *vars(handler).get("endpoints", ()),
        )
        return handler

    return declare


def declared(routes: type[Routes]) -> Iterator[tuple[str, Endpoint]]:
    """The name of each handler with each of its endpoints, in the order of the source."""
    for name, member in vars(routes).items():
        for declaration in getattr(member, "endpoints", ()):
            yield name, declaration


def blueprint(routes: Routes, bridge: AsyncBridge, switches: Switches) -> Blueprint:
    noun = routes.noun
    result = Blueprint(noun, __name__)
    for index, (name, declaration) in enumerate(declared(type(routes))):
        view = _view(getattr(routes, name), declaration, bridge, switches)
        result.add_url_rule(declaration.path, f"{name}_{index}", view, methods=[declaration.method])
    return result


def _view(
    handler: Callable[..., Any], declaration: Endpoint, bridge: AsyncBridge, switches: Switches
) -> Callable[..., Response]:
    wanted = signature(handler).parameters
    needs = needs_of(declaration.path)

    def answered(path: dict[str, str], asking: dict[str, Any]) -> Response:
        named = {name: parse_path(name, value) for name, value in path.items()}
        if needs is not None:
            asking["locrit"] = bridge.run(switches.check(needs, asking["caller"], named))
        arguments: dict[str, Any] = named | {who: value for who, value in asking.items() if who in wanted}
        if declaration.query is not None:
            arguments["query"] = parse_query(declaration.query, request.args)
        if declaration.body is not None:
            arguments["body"] = parse_json(declaration.body, request, may_be_empty=not is_ours(declaration.path))
        if declaration.uploads:
            arguments["content"] = pieces(request, declaration.uploads)
        answer = handler(**arguments)
        return _response(bridge.run(answer) if iscoroutine(answer) else answer, declaration, bridge)

    def view(**path: str) -> Response:
        if "visit" not in wanted:
            return answered(path, {"caller": person("http")})
        return _visited(
            Visit.of(request, path.get("token")),
            partial(answered, path),
            lambda page: _response(page, declaration, bridge),
        )

    return view


def _visited(
    visit: Visit, answered: Callable[[dict[str, Any]], Response], shown: Callable[[SentPage], Response]
) -> Response:
    """A browser that wanted a page is refused by a page."""
    try:
        response = answered({"caller": visit.caller, "visit": visit})
    except LocritError as error:
        if not visit.wants_page:
            raise
        response = shown(refused_page(error))
    visit.remember(request, response)
    return response


def _response(answer: Any, declaration: Endpoint, bridge: AsyncBridge) -> Response:
    if isinstance(answer, ServerSentEvents):
        return _stream(answer, bridge)
    if isinstance(answer, SentFile):
        return _file(answer, bridge)
    if isinstance(answer, SentPieces):
        sent = (piece.encode() for piece in bridge.stream(answer.pieces))
        headers = FILE_HEADERS | {"Content-Disposition": _saved_as(answer.name), "X-Accel-Buffering": "no"}
        return Response(sent, headers=headers, content_type=answer.media_type)
    if isinstance(answer, SentPage):
        return Response(answer.html, answer.status, content_type="text/html; charset=utf-8")
    model, status = answer if isinstance(answer, tuple) else (answer, declaration.status)
    return Response(model.model_dump_json(), status, content_type="application/json")


def _stream(answer: ServerSentEvents, bridge: AsyncBridge) -> Response:
    lines = (b"data: " + to_json(event) + b"\n\n" for event in bridge.stream(answer.events))
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return Response(lines, content_type="text/event-stream", headers=headers)


def _file(answer: SentFile, bridge: AsyncBridge) -> Response:
    """Nothing that people upload is a page of this origin, whatever it holds. Not Flask's `send_file`, which lets
    nobody else have a turn before all is sent."""
    file = answer.path.open("rb")
    headers = FILE_HEADERS | {"Content-Length": str(answer.path.stat().st_size)}
    response = Response(_pieces(file, bridge), headers=headers, content_type=answer.media_type)
    response.call_on_close(file.close)
    if answer.name is not None:
        response.headers["Content-Disposition"] = _saved_as(answer.name)
    return response


def _saved_as(name: str) -> str:
    plain = name.encode("ascii", "replace").decode().translate(UNQUOTED)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _pieces(file: BinaryIO, bridge: AsyncBridge) -> Iterator[bytes]:
    while piece := bridge.run(to_thread(file.read, PIECE_BYTES)):
        yield piece
