"""Whatever bytes come as a request: no answer is a fault of the server, nothing breaks in it, and others are served.

`RAW_REQUESTS` says how many.
"""

import os
import random
import re
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.chance import SEED
from tests.faults.raw_requests import BODIES, ENGINE, HEADERS, LINES, POLLED, TARGETS, VERSIONS, RawRequest, hostile
from tests.fixtures.server import LocritServer
from tools import frontend

REQUESTS = int(os.environ.get("RAW_REQUESTS", 2_000))
BATCH = 100
AT_ONCE = 8
GROWTH_BYTES = 80_000_000
FAULT = re.compile(rb"^HTTP/1\.[01] 5[0-9]{2}", re.MULTILINE)


@pytest.fixture(scope="module", autouse=True)
def interface() -> None:
    """Without it every page is truthfully unavailable."""
    frontend.build()


def exchange(port: int, sent: bytes, silence_s: float = 0.2) -> bytes:
    """What the server says until it hangs up, or says nothing for a moment."""
    heard = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(silence_s if heard else 5)
            while piece := connection.recv(65_536):
                heard += piece
                connection.settimeout(silence_s)
        except OSError:  # it need not listen to the end
            pass
    return heard


def faults_of(server: LocritServer, requests: list[RawRequest]) -> list[tuple[bytes, bytes]]:
    """The beginnings of the requests that were answered with a 5xx, and of those answers."""
    sent = [request.encoded() for request in requests]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        heard = pool.map(lambda one: exchange(server.port, one), sent)
    return [(one[:300], answer[:200]) for one, answer in zip(sent, heard, strict=True) if FAULT.search(answer)]


def assert_unharmed(server: LocritServer, api: httpx.Client) -> None:
    assert "Traceback" not in server.log, server.log[-5_000:]
    assert api.get("/health").status_code == 200


def get(target: str, host: str, *headers: tuple[str, str]) -> RawRequest:
    return RawRequest("GET", target, headers=[("Host", host), ("Connection", "close"), *headers])


def test_no_part_of_a_request_is_impossible(shared_server: LocritServer, api: httpx.Client) -> None:
    """Every element that the fuzzer knows, one at a time, where it does not hide behind another."""
    host = f"127.0.0.1:{shared_server.port}"
    paths = ["/", "/api/v2/locrits", "/theme.js", "/favicon.svg"]
    polled = "/socket.io/?EIO=4&transport=polling&sid="
    one_each = [get(target, host) for target in TARGETS]
    one_each += [get("/socket.io/?" + query, host) for query in ENGINE]
    one_each += [RawRequest("GET", "/", version, [("Host", host)]) for version in VERSIONS]
    one_each += [RawRequest("GET", "/", headers=[("Host", host)], lines=[line]) for line in LINES]
    for name, values in HEADERS.items():
        headers = [(name, value) for value in values]
        one_each += [get(path, host, header) for header in headers for path in paths]
        one_each += [RawRequest("POST", "/api/v2/locrits", headers=[("Host", host), header]) for header in headers]
    for body in BODIES:
        headers = [("Host", host), ("Content-Length", str(len(body))), ("Content-Type", "application/json")]
        one_each.append(RawRequest("POST", "/api/v2/locrits", headers=headers, body=body))
    for body in POLLED:
        opened = api.get("/socket.io/?EIO=4&transport=polling").text
        headers = [("Host", host), ("Content-Length", str(len(body)))]
        one_each.append(
            RawRequest("POST", polled + opened.split('"sid":"')[1].split('"')[0], headers=headers, body=body)
        )
    assert faults_of(shared_server, one_each) == []
    assert_unharmed(shared_server, api)


@pytest.mark.timeout(max(120, REQUESTS // 10))
def test_no_request_is_a_fault_of_the_server(shared_server: LocritServer, api: httpx.Client) -> None:
    chance = random.Random(SEED)
    print(f"SEED={SEED}")
    host = f"127.0.0.1:{shared_server.port}"
    faults_of(shared_server, [hostile(chance, host) for _ in range(BATCH)])
    at_first = shared_server.resident_bytes
    for _ in range(0, REQUESTS, BATCH):
        assert faults_of(shared_server, [hostile(chance, host) for _ in range(BATCH)]) == []
        assert_unharmed(shared_server, api)
    assert shared_server.resident_bytes - at_first < GROWTH_BYTES
