"""`LOCRIT_SYNC=off`: nothing is taken from the outboxes of browsers, which keep it, say why, and go on trying.

As a failure that passes, not as a refusal, which would be put before a person. What is about the server itself, and
stopping a reply, is nothing that a browser brings. Clients of other systems have no store to fall back on: what they
bring is taken as ever.
"""

from flask import Flask, request

from backend.errors import is_ours
from backend.origin import SAFE_METHODS
from src.errors import SyncOff

SERVERS_OWN = ("/api/v2/models", "/api/v2/settings", "/api/v2/storage", "/api/v2/generations")


def register(flask: Flask, *, is_on: bool) -> None:
    if not is_on:
        flask.before_request(_refuse)


def _refuse() -> None:
    changes = request.method not in SAFE_METHODS and request.url_rule is not None
    if changes and is_ours(request.path) and not request.path.startswith(SERVERS_OWN):
        raise SyncOff
