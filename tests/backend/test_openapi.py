"""The OpenAPI document: complete, stable, and made without a database."""

import json
import re
from typing import Any

from pydantic import BaseModel

from backend import routes
from backend.openapi import document
from backend.protocol import conversations, fields, locrits, memory, sockets, system
from backend.routing import declared
from src.entities import Message
from tests.fixtures.server import ROOT

PROTOCOL = (conversations, fields, locrits, memory, sockets, system)
ABSTRACT = {"RequestModel", "ResponseModel", "LocritFields", "Question"}


def test_the_document_is_the_same_each_time() -> None:
    assert json.dumps(document(), sort_keys=True) == json.dumps(document(), sort_keys=True)


def test_every_route_is_documented_with_its_own_operation() -> None:
    paths = document()["paths"]
    operations = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(operations) == len(set(operations)) == sum(len(list(declared(noun))) for noun in routes.ALL)
    assert all(operation["summary"] for methods in paths.values() for operation in methods.values())


def test_every_model_of_the_protocol_is_there_under_its_plain_name() -> None:
    schemas = document()["components"]["schemas"]
    assert all(re.fullmatch(r"[A-Za-z]+", name) for name in schemas)
    models = {
        name
        for module in PROTOCOL
        for name, model in vars(module).items()
        if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == module.__name__
    }
    assert models - ABSTRACT <= set(schemas)


def test_what_a_socket_is_sent_is_made_of_the_models_that_the_document_promises() -> None:
    """A refusal is what `backend.errors` makes of a failure, which may say more."""
    senders = (ROOT / "backend" / "relay.py", *(ROOT / "backend" / "sockets").glob("*.py"))
    sending = "".join(path.read_text() for path in senders)
    sent = {name for name, model in vars(sockets).items() if getattr(model, "__module__", "") == sockets.__name__}
    made = {name for name in sent if re.search(rf"\b{name}\b\s*[(,)\]]", sending)}
    assert sent - made == {"Refused"}


def test_every_reference_leads_somewhere() -> None:
    spec = document()
    for reference in _references(spec):
        assert reference.removeprefix("#/components/schemas/") in spec["components"]["schemas"]


def test_fields_that_are_always_sent_are_required() -> None:
    schemas = document()["components"]["schemas"]
    plain = Message(
        message_id="m", conversation_id="c", seq=1, role="user", content="", rev=1, created_at=1, updated_at=1
    )
    assert (
        set(schemas["Message"]["required"]) == plain.wire().keys() == set(schemas["Message"]["properties"]) - {"parts"}
    )
    assert schemas["SendMessageBody"]["required"] == ["message"]


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [reference for part in value.values() for reference in _references(part)]
    if isinstance(value, list):
        return [reference for part in value for reference in _references(part)]
    return []
