"""A newer version of the page is offered, and taken when a person agrees; what they are writing is kept."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenTab
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import ROOT, LocritServer

NEWER = "Even better than before."
DESCRIPTION = re.compile(r'(name="description" content=")[^"]*(")')


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """An installation that can be upgraded."""
    for part in ("backend", "src", "frontend/dist"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copy(ROOT / "web_app.py", tmp_path)
    return tmp_path


@pytest.fixture
def server(checkout: Path, ollama: FakeOllama) -> Iterator[LocritServer]:
    env = {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama"}
    running = LocritServer(checkout / "data", env, checkout=checkout)
    yield running
    running.kill()


def test_a_newer_version_is_offered_and_keeps_what_is_being_written(
    server: LocritServer, checkout: Path, bob: str, open_tab: OpenTab
) -> None:
    tab = open_tab(server, f"/my-locrits/{bob}/chat")
    tab.wait_for_worker()
    offer = tab.page.get_by_text("A newer version of Locrit is here.")
    description = tab.page.locator("meta[name=description]")
    _upgrade(checkout / "frontend" / "dist")
    tab.composer.fill("half a thought")
    tab.reload()
    expect(offer).to_be_visible()
    expect(description).not_to_have_attribute("content", NEWER)
    with tab.page.expect_navigation():
        tab.button("Reload").click()
    expect(description).to_have_attribute("content", NEWER)
    expect(tab.composer).to_have_value("half a thought")
    expect(offer).to_have_count(0)


def test_a_tab_is_brought_up_to_date_after_another_one(
    server: LocritServer, checkout: Path, bob: str, open_tab: OpenTab
) -> None:
    first = open_tab(server, f"/my-locrits/{bob}/chat")
    first.wait_for_worker()
    _upgrade(checkout / "frontend" / "dist")
    first.reload()
    tabs = [first, open_tab(server, f"/my-locrits/{bob}/chat")]
    for tab in tabs:
        expect(tab.page.get_by_text("A newer version of Locrit is here.")).to_be_visible()
    for tab in tabs:
        with tab.page.expect_navigation():
            tab.button("Reload").click()
        expect(tab.page.locator("meta[name=description]")).to_have_attribute("content", NEWER)


def _upgrade(dist: Path) -> None:
    for compressed in ("index.html.br", "index.html.gz", "sw.js.br", "sw.js.gz"):
        (dist / compressed).unlink(missing_ok=True)
    page, worker = dist / "index.html", dist / "sw.js"
    page.write_text(DESCRIPTION.sub(rf"\1{NEWER}\2", page.read_text()))
    worker.write_text(worker.read_text().replace("'locrit-", "'locrit-newer-"))
