"""Answers on the wire: as small as their reader can take, and the same to everybody."""

import gzip
import itertools
import json
import threading

import httpx
import pytest

MESSAGES = 40
WORDS = "People write about the weather, their work, what they cook and what they read. " * 40
ANSWERS = 40


@pytest.fixture
def full(api: httpx.Client, locrit: str) -> str:
    """The address of a conversation's page, more than 100 kB of it."""
    conversation_id = api.post("/api/v2/conversations", json={"locrit_name": locrit}).json()["conversation_id"]
    path = f"/api/v2/conversations/{conversation_id}"
    messages = [{"message_id": f"m{n} {locrit}", "role": "user", "content": f"{n} {WORDS}"} for n in range(MESSAGES)]
    api.post(f"{path}/sync", json={"messages": messages}).raise_for_status()
    return f"{path}/messages"


def raw(api: httpx.Client, method: str, path: str, accepted: str) -> tuple[httpx.Response, bytes]:
    """Without the decoding that httpx does by itself."""
    with api.stream(method, path, headers={"Accept-Encoding": accepted}) as response:
        return response, b"".join(response.iter_raw())


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br, zstd", "*", "br;q=1, gzip;q=0.2"])
def test_who_reads_gzip_gets_the_same_in_less(api: httpx.Client, full: str, accepted: str) -> None:
    plain, content = raw(api, "GET", full, "identity")
    packed, body = raw(api, "GET", full, accepted)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(body) < len(content) / 5
    assert json.loads(gzip.decompress(body)) == json.loads(content)
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", "nonsense", ""])
def test_who_does_not_gets_it_as_it_is(api: httpx.Client, full: str, accepted: str) -> None:
    answer, content = raw(api, "GET", full, accepted)
    assert "Content-Encoding" not in answer.headers
    assert len(json.loads(content)["messages"]) == MESSAGES


def test_a_small_answer_a_stream_and_a_head_are_what_they_were(api: httpx.Client, full: str, locrit: str) -> None:
    small, _ = raw(api, "GET", "/health", "gzip")
    assert "Content-Encoding" not in small.headers
    head, nothing = raw(api, "HEAD", full, "gzip")
    assert (nothing, head.headers["Content-Encoding"]) == (b"", "gzip")
    said = {"message": "Hello", "session_id": "compressed"}
    path = f"/api/v2/locrits/{locrit}/chat/stream"
    with api.stream("POST", path, json=said, headers={"Accept-Encoding": "gzip"}) as stream:
        assert "Content-Encoding" not in stream.headers


def test_a_long_answer_holds_nobody_up(api: httpx.Client, full: str) -> None:
    """Two read the long page without end; somebody else has his turn after each of theirs, however busy the machine."""
    done, pages = threading.Event(), itertools.count()

    def read() -> None:
        with httpx.Client(base_url=api.base_url, timeout=60) as reader:
            while not done.is_set():
                reader.get(full).raise_for_status()
                next(pages)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(ANSWERS):
        api.get("/health").raise_for_status()
    done.set()
    for reader in readers:
        reader.join()
    assert next(pages) < 4 * ANSWERS
