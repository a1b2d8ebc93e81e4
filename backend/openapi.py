"""The OpenAPI document, from the declarations of the routes alone: no settings, no database.

`python -m backend.openapi` prints it; the frontend's types are generated from that.
"""

import json
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Literal

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from spectree import Response, SpecTree

from backend import routes
from backend.protocol import sockets
from backend.protocol.conversations import GenerationAck
from backend.protocol.fields import ErrorBody, RequestModel, ResponseModel
from backend.routing import Endpoint, declared
from backend.validation import path_type
from backend.version import VERSION
from src.entities import ModelPull
from src.events import (
    ConversationActivity,
    InvitationsChanged,
    JobProgress,
    ModelState,
    ReplyAsked,
    ReplyChunk,
    ReplyEnded,
    ReplySaved,
)

Mode = Literal["validation", "serialization"]
Use = tuple[type[BaseModel], Mode]

REFERENCE = "#/components/schemas/{model}"
REFUSALS = (400, 403, 404, 409, 410, 413, 415, 500, 503)
MODEL_FAILURES = (502, 504)
ASK_MODELS = ("chat", "models")
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
FILE: dict[str, Any] = {"application/octet-stream": _BYTES}
JSON = "application/json"
EVENT_STREAM: dict[str, Any] = {"text/event-stream": {}}
PUSHES = (
    ConversationActivity,
    InvitationsChanged,
    JobProgress,
    ModelPull,
    ModelState,
    ReplyAsked,
    ReplyChunk,
    ReplyEnded,
    ReplySaved,
)
"""What clients are told beside the changes of the log."""


def document() -> dict[str, Any]:
    """With sorted keys, so that two of them can be compared as text."""
    spec = _paths()
    spec["components"]["schemas"] = _schemas()
    plain: dict[str, Any] = json.loads(_plainly_named(json.dumps(spec, sort_keys=True)))
    return plain


def _paths() -> dict[str, Any]:
    app = Flask(__name__)
    tree = SpecTree(
        "flask",
        title="Locrit",
        version=VERSION,
        annotations=False,
        validation_error_model=ErrorBody,
        validation_error_status=400,
        naming_strategy=lambda model: model.__name__,
        nested_naming_strategy=lambda _parent, child: child,
    )
    for noun in routes.ALL:
        for name, endpoint in declared(noun):
            describe = tree.validate(
                query=endpoint.query,
                json=endpoint.body,
                resp=_responses(endpoint, noun.noun),
                tags=[noun.noun],
                operation_id=_operation_id(name, endpoint),
            )
            rule = f"{endpoint.method} {endpoint.path}"
            app.add_url_rule(endpoint.path, rule, describe(getattr(noun, name)), methods=[endpoint.method])
    with app.app_context():
        spec: dict[str, Any] = tree.spec
    for operations in spec["paths"].values():
        for operation in operations.values():
            _complete(operation)
    return spec


def _complete(operation: dict[str, Any]) -> None:
    """What the generator does not know."""
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            parameter["schema"] = path_type(parameter["name"]).json_schema()
    if operation["operationId"] in STREAMS:
        operation["responses"]["200"]["content"] = EVENT_STREAM
    if operation["operationId"] in DOWNLOADS:
        media_types = DOWNLOADS[operation["operationId"]].downloads
        operation["responses"]["200"]["content"] = {one: {} if one == JSON else _BYTES for one in media_types}
    if operation["operationId"] in UPLOADS:
        operation["requestBody"] = {"content": FILE, "required": True}


def _responses(endpoint: Endpoint, noun: str) -> Response:
    refusals = REFUSALS + MODEL_FAILURES if noun in ASK_MODELS else REFUSALS
    models: dict[int, type[BaseModel]] = dict.fromkeys(refusals, ErrorBody)
    models[endpoint.status] = endpoint.returns
    if endpoint.also is not None:
        models[endpoint.also] = endpoint.returns
    return Response(**{f"HTTP_{status}": model for status, model in models.items()})


def _operation_id(name: str, endpoint: Endpoint) -> str:
    """Handlers with two methods (PUT beside PATCH) are two operations."""
    return f"{name}_with_put" if endpoint.method == "PUT" and name.startswith("edit_") else name


def _schemas() -> dict[str, Any]:
    """Every model that is sent either way, those of sockets included."""
    uses = sorted(set(_uses()), key=lambda use: (use[0].__name__, use[0].__module__, use[1]))
    _, definitions = models_json_schema(uses, ref_template=REFERENCE)
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas


def _uses() -> Iterator[Use]:
    for noun in routes.ALL:
        for _, endpoint in declared(noun):
            yield endpoint.returns, "serialization"
            yield from ((model, "validation") for model in (endpoint.body, endpoint.query) if model is not None)
    yield from ((model, "serialization") for model in (ErrorBody, GenerationAck))
    yield from ((model, "serialization") for model in PUSHES)
    yield from ((model, "validation") for model in _models(sockets, RequestModel))
    yield from ((model, "serialization") for model in _models(sockets, ResponseModel))


def _models(module: ModuleType, base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in vars(module).values():
        if isinstance(model, type) and issubclass(model, base) and model.__module__ == module.__name__:
            yield model


def _plainly_named(document: str) -> str:
    """pydantic calls the two faces of one model X-Input and X-Output: what people are sent keeps the name."""
    return re.sub(r'(["/])(\w+)-Input"', r'\1\2Input"', re.sub(r'(["/])(\w+)-Output"', r'\1\2"', document))


def _operations(is_meant: Callable[[Endpoint], bool]) -> dict[str, Endpoint]:
    every = ((name, endpoint) for noun in routes.ALL for name, endpoint in declared(noun))
    return {_operation_id(name, endpoint): endpoint for name, endpoint in every if is_meant(endpoint)}


STREAMS = _operations(lambda endpoint: endpoint.streams)
DOWNLOADS = _operations(lambda endpoint: endpoint.downloads != ())
UPLOADS = _operations(lambda endpoint: endpoint.uploads > 0)


if __name__ == "__main__":
    print(json.dumps(document(), indent=2, sort_keys=True))
