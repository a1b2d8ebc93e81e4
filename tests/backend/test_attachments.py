"""Files over HTTP: uploaded, refused, shown and saved, and never run."""

import itertools
import socket
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from src.services.attachments import MAX_BYTES
from tests.fakes import uploads
from tests.fixtures.server import LocritServer

_numbers = itertools.count(1)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PAGE = b"<!doctype html><script>fetch('//evil.example')</script>"


def put(api: httpx.Client, content: bytes, name: str = "a.txt", id_: str | None = None) -> httpx.Response:
    path = f"/api/v2/attachments/{id_ or f'file-{next(_numbers)}'}"
    return api.put(path, params={"name": name}, content=content, headers={"Content-Type": "application/octet-stream"})


def fetched(api: httpx.Client, uploaded: httpx.Response, what: str = "content") -> httpx.Response:
    return api.get(f"/api/v2/attachments/{uploaded.raise_for_status().json()['id']}/{what}")


def test_a_message_has_words_or_files(api: httpx.Client, locrit: str, conversation_id: str) -> None:
    path, file = f"/api/v2/conversations/{conversation_id}/turns", put(api, b"one\n", "one.txt").json()
    for words in ("", " \n"):
        refused = api.post(path, json={"message": words})
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_input")
    turn = api.post(path, json={"message": "", "attachment_ids": [file["id"]]})
    assert (turn.status_code, turn.json()["message"]["content"]) == (202, "")
    overview = api.get(f"/api/v2/locrits/{locrit}/memory/summary").json()
    assert overview["recent_messages"][0]["content"] == "one.txt"


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_shown_upright_and_without_what_the_camera_told(api: httpx.Client, format_: str) -> None:
    uploaded = put(api, uploads.photo(format_), "Urlaub ü.jpg")
    told = uploaded.json()
    assert (told["media_type"], told["width"], told["height"]) == (f"image/{format_.lower()}", 40, 60)
    for what, type_ in (("content", told["media_type"]), ("thumbnail", "image/webp")):
        shown = fetched(api, uploaded, what)
        assert (shown.status_code, shown.headers["Content-Type"]) == (200, type_)
        assert uploads.CAMERA.encode() not in shown.content
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "inline" in shown.headers.get("Content-Disposition", "inline")
        assert shown.headers["Cache-Control"] == "no-store"


def test_a_picture_that_moves_goes_on_moving(api: httpx.Client) -> None:
    shown = fetched(api, put(api, uploads.moving(), "moving.gif"))
    assert shown.headers["Content-Type"] == "image/gif"
    assert uploads.CAMERA.encode() not in shown.content
    assert shown.content.count(b"\x21\xf9\x04") == 3  # frames


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PAGE, "index.html", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "drawing.svg", "text/plain"),
        (PAGE, "picture.png", "text/plain"),
        (EICAR, "eicar.com", "text/plain"),
        (b"%PDF-1.4 is only spoken of", "a.txt", None),
        (uploads.pdf("Hello") + PAGE, "invoice.html", "application/pdf"),
        (b"a,b\n1,2\n", "table.CSV", "text/csv"),
        ("Grüße".encode("utf-16"), "notes.md", "text/markdown"),
        (b"\xef\xbb\xbf{}", "a.json", "application/json"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_no_picture_is_only_ever_saved(
    api: httpx.Client, content: bytes, name: str, media_type: str | None
) -> None:
    uploaded = put(api, content, name)
    if media_type is None:
        assert uploaded.json()["error"]["code"] == "unusable_file"
        return
    assert uploaded.json()["media_type"] == media_type
    saved = fetched(api, uploaded)
    assert saved.headers["Content-Type"] == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    assert saved.content == content  # as it was given
    assert fetched(api, uploaded, "thumbnail").status_code == 404


def test_a_picture_with_a_page_behind_it_is_only_the_picture(api: httpx.Client) -> None:
    shown = fetched(api, put(api, uploads.picture("JPEG") + PAGE, "polyglot.html"))
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert b"script" not in shown.content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (uploads.bomb(), "million pixels"),
        (uploads.bomb(side=7_200), "million pixels"),
        (uploads.picture("PNG")[:60], "damaged"),
        (uploads.picture("JPEG")[:200], "damaged"),
        (uploads.moving()[:30], "damaged"),
        (uploads.locked_pdf(), "password"),
        (uploads.pdf("Hello")[:90], "damaged"),
        (uploads.pdf(""), "pictures"),
        (b"PK\x03\x04" + bytes(range(256)), "cannot be read here"),
        (b"\x7fELF" + bytes(64), "cannot be read here"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(64), "cannot be read here"),
        (uploads.picture("BMP"), "cannot be read here"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "damaged"),
    ],
    ids=itertools.count(),
)
def test_what_nobody_can_read_is_refused_with_a_sentence(api: httpx.Client, content: bytes, says: str) -> None:
    answer = put(api, content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "unusable_file")
    assert says in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>.png",
        '";alert(1);".txt',
        "a'b\".txt",
        "héllo wörld 🐙.txt",
        "CON.txt",
        "-rf.txt",
        ".htaccess",
        "x" * 255,
    ],
)
def test_any_name_comes_back_as_it_was(api: httpx.Client, name: str) -> None:
    uploaded = put(api, b"hello", name)
    assert uploaded.json()["name"] == name
    said = fetched(api, uploaded).headers["Content-Disposition"]
    assert said.isascii()
    assert "\n" not in said
    assert quote(name, safe="") in said or name in said or name.replace('"', '\\"') in said


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\\b", "..", "a\nb", "a\x00b", "x" * 256, "", " "])
def test_a_name_that_is_none_is_refused(api: httpx.Client, name: str) -> None:
    assert put(api, b"hello", name).json()["error"]["code"] == "invalid_input"


def test_a_name_cannot_turn_its_end_around(api: httpx.Client) -> None:
    assert put(api, b"hello", "holiday\u202egpj.exe").json()["name"] == "holidaygpj.exe"


def test_what_is_too_large_is_refused_with_a_sentence(api: httpx.Client) -> None:
    answer = put(api, b"x" * (MAX_BYTES + 1))
    assert (answer.status_code, "25 MB" in answer.json()["error"]["message"]) == (400, True)
    with pytest.raises(httpx.HTTPStatusError):
        fetched(api, answer)


def test_a_second_upload_with_the_same_id_has_no_second_effect(api: httpx.Client) -> None:
    first = put(api, b"one", id_="twice")
    again = put(api, b"one", id_="twice")
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    assert put(api, b"two", id_="twice").status_code == 409


def test_a_message_takes_ten_files_and_those_that_there_are(api: httpx.Client, locrit: str) -> None:
    talk = api.post("/api/v2/conversations", json={"locrit_name": locrit, "session_id": "s"}).json()["conversation_id"]
    at = f"/api/v2/conversations/{talk}/turns"
    too_many = api.post(at, json={"message": "look", "attachment_ids": [f"n{n}" for n in range(11)]})
    assert too_many.json()["error"]["fields"] == {"attachment_ids": "must have at most 10 entries"}
    missing = api.post(at, json={"message": "look", "attachment_ids": ["nowhere"]})
    assert (missing.status_code, missing.json()["error"]["message"]) == (404, "There is no such file.")


def test_an_upload_that_is_cut_off_leaves_nothing(shared_server: LocritServer) -> None:
    incoming = Path(shared_server.data_dir) / "files" / "incoming"
    with socket.create_connection(("127.0.0.1", shared_server.port)) as connection:
        head = f"PUT /api/v2/attachments/cut?name=a.txt HTTP/1.1\r\nHost: 127.0.0.1:{shared_server.port}\r\n"
        connection.sendall(head.encode() + b"Content-Length: 5000000\r\n\r\n" + b"x" * 2_000_000)
        while not incoming.exists() or not any(incoming.iterdir()):
            time.sleep(0.01)
    while any(incoming.iterdir()):
        time.sleep(0.01)
    with shared_server.client() as api:
        assert api.get("/api/v2/attachments/cut").status_code == 404
