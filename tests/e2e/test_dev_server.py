"""`npm run dev`: the page from Vite, requests and sockets passed on to a server. It writes as the built page does."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.tab import Tab
from tests.eventually import wait_until
from tests.fixtures.server import LocritServer
from tools import frontend


@pytest.fixture
def dev_server(server: LocritServer, tmp_path: Path) -> Iterator[str]:
    """Its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["npm", "run", "dev", "--", "--host", "127.0.0.1", "--port", str(port), "--strictPort"]
    environment = {**frontend.node_environment(), "LOCRIT_PORT": str(server.port)}
    with (tmp_path / "vite.log").open("w") as log:
        vite = subprocess.Popen(
            command, cwd=frontend.FRONTEND, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_until(lambda: _answers(port), within_s=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(vite.pid, signal.SIGTERM)  # npm and what it started
        vite.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_what_is_said_through_the_dev_server_is_remembered(context: BrowserContext, dev_server: str, bob: str) -> None:
    tab = Tab(context.new_page(), dev_server)
    sockets: list[str] = []
    tab.page.on("websocket", lambda opened: sockets.append(opened.url))
    tab.open(f"/my-locrits/{bob}/chat")
    expect(tab.composer).to_be_visible(timeout=60_000)
    tab.say("Hello from the workshop")
    tab.expect_saved("You said: Hello from the workshop")
    assert any("/socket.io/" in url for url in sockets)
    tab.open(f"/my-locrits/{bob}/memory-explorer")
    expect(tab.page.get_by_text("Hello from the workshop").first).to_be_visible(timeout=60_000)
