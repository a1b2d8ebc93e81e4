"""A Locrit that was renamed is still reached by the names that it had: who reads is sent to the new address, for good;
what is written is done where it was meant, without a detour that some clients do not take, and says where that is."""

import re
from urllib.parse import quote

from flask import Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from backend.async_bridge import AsyncBridge
from backend.auth import person
from src.errors import NotFound
from src.services.locrits import LocritService

_NAMED = re.compile(r"^(/api/(?:v\d/)?locrits/|/my-locrits/|/chat/)([^/]+)(?!/restore$)(/.*)?$")


def register(app: Flask, locrits: LocritService, bridge: AsyncBridge) -> None:
    @app.before_request
    def send_on() -> AnyResponse | None:
        named = _NAMED.match(request.path)
        if named is None or request.url_rule is None:
            return None
        before, name, after = named.groups(default="")
        try:
            present = bridge.run(locrits.get(person("http"), name)).name
        except NotFound:
            return None
        if present == name:
            return None
        address = before + quote(present, safe="") + quote(after)
        if request.method not in ("GET", "HEAD"):
            g.present_address = address
            return None
        query = request.query_string.decode("latin-1")
        return redirect(f"{address}?{query}" if query else address, 308)

    @app.after_request
    def say_where(response: Response) -> Response:
        if "present_address" in g:
            response.headers["Content-Location"] = g.present_address
        return response
