"""A newer version of the page is offered, and taken when a person agrees; what they are writing is kept."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.saved import questions
from tests.e2e.tab import Tab
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


OLDER_DATABASE = """(entries) => new Promise((resolve, reject) => {
  const opening = indexedDB.open('locrit', 20);
  opening.onerror = () => reject(opening.error);
  opening.onupgradeneeded = () => {
    const table = (name, keyPath, ...indexes) => {
      const made = opening.result.createObjectStore(name, { keyPath, autoIncrement: keyPath === 'order' });
      for (const index of indexes)
        made.createIndex(Array.isArray(index) ? `[${index.join('+')}]` : index, index, { unique: index === 'op_id' });
    };
    table('locrits', 'id', 'name');
    const listed = [['shelf', 'updated_at'], ['locrit_name', 'shelf', 'updated_at']];
    table('conversations', 'conversation_id', 'locrit_name', 'locrit_id', ...listed);
    table('messages', 'message_id', ['conversation_id', 'seq']);
    table('outbox', 'order', 'op_id', 'lane');
    table('cursors', 'scope');
    table('meta', 'key');
  };
  opening.onsuccess = () => {
    const { result: database } = opening;
    const writing = database.transaction('outbox', 'readwrite');
    for (const entry of entries) writing.objectStore('outbox').add(entry);
    writing.oncomplete = () => { database.close(); resolve(); };
  };
})"""


def test_what_waits_in_the_database_of_an_older_version_is_sent(
    shared_server: LocritServer, locrit: str, conversation_id: str, context: BrowserContext, console: Console
) -> None:
    """And what it had refused waits for a decision, as before."""
    tab = Tab(context.new_page(), shared_server.url)
    empty = f"{shared_server.url}/empty"  # no page of ours, and yet its storage
    tab.page.route(empty, lambda route: route.fulfill(body='<link rel="icon" href="data:,">', content_type="text/html"))
    tab.page.goto(empty)
    tab.page.evaluate(OLDER_DATABASE, [_older_entry(conversation_id, locrit, n) for n in (1, 2)])
    tab.open(f"/my-locrits/{locrit}/chat/{conversation_id}")
    tab.expect_saved("You said: Sent by 1")
    tab.expect_state(tab.message("Sent by 2"), "rejected")
    assert questions(shared_server, tab) == ["Sent by 1"]


def _older_entry(conversation_id: str, locrit: str, order: int) -> dict[str, object]:
    command = {"type": "message.send", "conversation_id": conversation_id, "message_id": f"{conversation_id} {order}"}
    refused = (
        {"problem": {"code": "too_large", "message": "This is too long.", "hint": "Say less."}} if order > 1 else {}
    )
    return {
        "order": order,
        "op_id": f"op {conversation_id} {order}",
        "lane": f"conversation:{conversation_id}",
        "state": "attention" if refused else "queued",
        "created_at": "2026-11-01T00:00:00.000Z",
        "command": command | {"locrit_name": locrit, "content": f"Sent by {order}"},
        **refused,
    }


def _upgrade(dist: Path) -> None:
    for compressed in ("index.html.br", "index.html.gz", "sw.js.br", "sw.js.gz"):
        (dist / compressed).unlink(missing_ok=True)
    page, worker = dist / "index.html", dist / "sw.js"
    page.write_text(DESCRIPTION.sub(rf"\1{NEWER}\2", page.read_text()))
    worker.write_text(worker.read_text().replace("'locrit-", "'locrit-newer-"))


def test_a_page_of_the_version_before_is_told_to_reload_and_loses_nothing(
    server: LocritServer, checkout: Path, bob: str, open_tab: OpenTab, console: Console
) -> None:
    """Our own interface stood at `/api/…`, where there are dialects now."""
    dist = checkout / "frontend" / "dist"
    tab = open_tab(server, f"/my-locrits/{bob}/chat")
    tab.wait_for_worker()
    expect(tab.composer).to_be_visible()
    console.expect("")  # what an old page makes of it is not what is looked at
    page_of_today = _go_back(dist)
    _take_over(tab)
    tab.say("Said on an old page")
    expect(tab.message("Said on an old page")).to_be_visible()
    for path, content in page_of_today.items():
        path.write_text(content)
    _take_over(tab)
    tab.expect_saved("You said: Said on an old page")
    assert questions(server, tab) == ["Said on an old page"]


def _take_over(tab: Tab) -> None:
    tab.reload()
    with tab.page.expect_navigation():
        tab.button("Reload").click()


def _go_back(dist: Path) -> dict[Path, str]:
    """To a page that speaks to `/api/…`; returns what the files said whose names both versions have."""
    for compressed in [*dist.rglob("*.br"), *dist.rglob("*.gz")]:
        compressed.unlink()
    shutil.copytree(dist / "assets", dist / "older")
    page_of_today = {dist / name: (dist / name).read_text() for name in ("index.html", "sw.js")}
    for path in [*page_of_today, *(dist / "older").glob("*.js")]:
        older = path.read_text().replace("api/v2/", "api/").replace("assets/", "older/")
        path.write_text(older.replace("'locrit-", "'locrit-older-"))
    return page_of_today
