"""What the browser is given: the built files, compressed beforehand, cached as long as they are true."""

import functools
import gzip
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backend import pages

Visitor = Callable[..., TestResponse]

INDEX = "<!doctype html><title>Locrit</title>"
SCRIPT = "console.log('Locrit')"


@pytest.fixture
def visitor(tmp_path: Path) -> Visitor:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "sw.js").write_text("// service worker")
    (tmp_path / "assets" / "main-1a2b.js").write_text(SCRIPT)
    (tmp_path / "assets" / "main-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (tmp_path / "assets" / "main-1a2b.js.br").write_bytes(b"brotli")
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(pages.blueprint(tmp_path))
    return functools.partial(app.test_client().get, buffered=True)


@pytest.mark.parametrize("path", ["/", "/my-locrits", "/create-locrit", "/my-locrits/Bob%20Technique/chat", "/chat/x"])
def test_every_page_is_the_application_and_is_asked_for_anew(visitor: Visitor, path: str) -> None:
    answer = visitor(path)
    assert (answer.status_code, answer.text) == (200, INDEX)
    assert answer.headers["Cache-Control"] == "no-cache"


def test_assets_are_kept_for_ever_and_the_service_worker_is_not(visitor: Visitor) -> None:
    assert "immutable" in visitor("/assets/main-1a2b.js").headers["Cache-Control"]
    assert visitor("/sw.js").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("gzip, br", "br"), ("gzip", "gzip"), ("identity", None), ("br;q=0, gzip", "gzip")]
)
def test_what_the_browser_accepts_is_sent_compressed(visitor: Visitor, accepted: str, encoding: str | None) -> None:
    answer = visitor("/assets/main-1a2b.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_a_page_that_has_not_changed_is_not_sent_again(visitor: Visitor) -> None:
    etag = visitor("/").headers["ETag"]
    assert visitor("/", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("path", ["/nothing", "/../web_app.py", "/%2e%2e/web_app.py", "/assets", "/index.html.gz"])
def test_there_is_nothing_beside_the_build(visitor: Visitor, path: str) -> None:
    assert visitor(path).status_code == 404


def test_a_mistyped_address_is_a_page_for_people_and_an_error_for_programs(visitor: Visitor) -> None:
    answer = visitor("/no/such/page", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.text) == (404, INDEX)
    for path in ("/api/nothing", "/assets/gone.js"):
        assert visitor(path, headers={"Accept": "text/html"}).text != INDEX


def test_without_a_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(pages.blueprint(tmp_path / "none"))
    answer = app.test_client().get("/")
    assert answer.status_code == 503
    assert "make run" in answer.text


def test_the_api_is_documented_without_foreign_assets(api: httpx.Client) -> None:
    page = api.get("/api/docs").text
    assert "/api/v2/conversations/{conversation_id}/messages" in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://127.0.0.1", "")
    assert api.get("/api/v2/openapi.json").json()["info"]["title"] == "Locrit"
