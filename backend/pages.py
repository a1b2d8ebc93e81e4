"""The web interface: the files that the frontend's build left, compressed by it beforehand."""

import mimetypes
import os
import re
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.routing import PathConverter

from backend.headers import FRAME_POLICY

DIST = Path(__file__).resolve().parent.parent / "frontend" / "dist"

PAGES = (
    "/",
    "/my-locrits",
    "/create-locrit",
    "/my-locrits/<name>/chat",
    "/my-locrits/<name>/chat/<conversation_id>",
    "/chat/<name>",
    "/my-locrits/<name>/memory-explorer",
    "/my-locrits/<name>/memory",
    "/my-locrits/<name>/artifacts",
    "/my-locrits/<name>/settings",
    "/settings",
    "/trash",
    "/storage",
    "/models",
)
ENCODINGS = {"br": ".br", "gzip": ".gz"}
ADDRESS = re.compile(r'(?<=\s)(?:src|href|content)="/')
"""What the built page asks for, and what it says of where it is."""
FOREVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"

NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Locrit</title>
<body style="font: 1.1rem/1.6 system-ui; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>Locrit is running</h1>
<p>Its web interface has not been built yet. Stop the server and start it with <code>make run</code>, or build it with
<code>npm ci && npm run build</code> in <code>frontend/</code>, then reload this page.</p>
<p>The <a href="/api/docs">API</a> works without it.</p></body></html>"""


class OutsideApi(PathConverter):
    """Any path but the API's, whose addresses know their methods themselves."""

    regex = "(?!api/)[^/].*?"


def blueprint(dist: Path = DIST, base_path: str = "") -> Blueprint:
    pages = Blueprint("pages", __name__)
    pages.record_once(lambda setup: setup.app.url_map.converters.update(outside_api=OutsideApi))

    def page(**_path: str) -> Response:
        if not (dist / "index.html").exists():
            return Response(_below(base_path, NOT_BUILT), 503, content_type="text/html; charset=utf-8")
        return _index(dist, base_path) if base_path else built(dist, "index.html")

    for number, path in enumerate(PAGES):
        pages.add_url_rule(path, f"page_{number}", page)

    def file(path: str) -> Response:
        """Whoever mistyped an address in a browser gets the page that says so; programs get the error of the API."""
        try:
            return built(dist, path)
        except NotFound:
            if path.startswith("assets/") or "text/html" not in request.headers.get("Accept", ""):
                raise
        answer = page()
        answer.status_code = 404 if answer.status_code == 200 else answer.status_code
        return answer

    pages.add_url_rule("/<outside_api:path>", "file", file)
    return pages


def _index(dist: Path, base_path: str) -> Response:
    content = _below(base_path, (dist / "index.html").read_text(encoding="utf-8"))
    response = Response(content, content_type="text/html; charset=utf-8", headers={"Cache-Control": ASK_FIRST})
    response.add_etag()
    response.make_conditional(request)
    return response


def _below(base_path: str, page: str) -> str:
    return ADDRESS.sub(rf"\g<0>{base_path[1:]}/", page) if base_path else page


# Not WhiteNoise: it sends what `q=0` refuses, gives one ETag to three encodings and compares it as text, and it sees a
# new build only in its mode for development. It would spare twelve lines: Werkzeug does the rest here too.
def built(dist: Path, path: str) -> Response:
    """Raises NotFound for what the build did not leave, and for its compressed copies by their own names."""
    if path.endswith(tuple(ENCODINGS.values())) or path.startswith("."):
        raise NotFound
    encoding = next(filter(lambda known: _is_there(dist, path, known), ENCODINGS), None)
    mimetype = mimetypes.guess_type(path)[0] or "application/octet-stream"
    response = send_from_directory(dist, path + ENCODINGS.get(encoding or "", ""), mimetype=mimetype, conditional=True)
    if encoding is not None:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOREVER if path.startswith("assets/") else ASK_FIRST
    if path.startswith("assets/") and path.endswith(".html"):
        response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


def _is_there(dist: Path, path: str, encoding: str) -> bool:
    """`os.path` and not `pathlib`, which raises for names that no file can have."""
    return request.accept_encodings.quality(encoding) > 0 and os.path.isfile(dist / (path + ENCODINGS[encoding]))  # noqa: PTH113
