"""Listening, sockets, and the stop that loses nothing."""

import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import socketio

from tests.backend.server_process import Server, launch, started

STOP_LIMIT_S = 5


def test_websockets_are_served() -> None:
    with started() as server:
        client = connected(server)
        assert client.call("echo", "héllo 🌍", timeout=10) == "héllo 🌍"
        client.disconnect()


def test_a_connection_on_which_nothing_is_asked_for_is_closed() -> None:
    with started() as server, socket.create_connection(("127.0.0.1", server.port), timeout=10) as idle:
        client = connected(server)
        assert idle.recv(1) == b""
        assert client.call("echo", "still here", timeout=10) == "still here"
        client.disconnect()


def test_sigterm_saves_and_ends_whatever_sockets_and_requests_are_open() -> None:
    with started() as server, ThreadPoolExecutor(1) as pool:
        client = connected(server)
        pool.submit(requests.get, f"{server.url}/slow/60000", timeout=60).add_done_callback(
            lambda call: call.exception()
        )
        assert server.stdout.readline() == "answering\n"
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOP_LIMIT_S) == 0
        assert server.stdout.read() == "shutting down\neverything is saved\n"
        client.disconnect()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_being_answered_gets_its_answer_before_the_stop(number: signal.Signals) -> None:
    with started() as server, ThreadPoolExecutor(1) as pool:
        call = pool.submit(requests.get, f"{server.url}/slow/300", timeout=60)
        assert server.stdout.readline() == "answering\n"
        server.process.send_signal(number)
        assert call.result().text == "answered"
        assert server.process.wait(STOP_LIMIT_S) == 0


def test_a_shutdown_that_hangs_is_ended_and_says_so() -> None:
    with started(grace_s=0.3, shutdown="hang") as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOP_LIMIT_S) == 1
        assert "did not stop in 0.3 s" in server.rest_of_output()[1]


def test_a_shutdown_that_fails_is_logged_and_ends_with_an_error() -> None:
    with started(shutdown="fail") as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOP_LIMIT_S) == 1
        assert "the disk is full" in server.rest_of_output()[1]


def test_a_second_signal_ends_at_once() -> None:
    with started(grace_s=60, shutdown="hang") as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.stdout.readline() == "shutting down\n"
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOP_LIMIT_S) == 128 + signal.SIGTERM


def test_a_port_in_use_is_refused_with_a_sentence() -> None:
    with started() as server:
        _, errors = (second := launch(server.port)).communicate(timeout=60)
        assert second.returncode == 1
        assert errors.startswith(f"Cannot listen on 127.0.0.1:{server.port}: Address already in use.")
        assert "LOCRIT_PORT" in errors
        assert "Traceback" not in errors


def test_installing_too_late_is_refused() -> None:
    script = "import eventlet.hubs; eventlet.hubs.use_hub('epolls'); from backend.runtime import install; install()"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert "it is too late to choose its hub" in result.stderr


def connected(server: Server) -> socketio.Client:
    client = socketio.Client(reconnection=False)
    client.connect(server.url, transports=["websocket"])
    return client
