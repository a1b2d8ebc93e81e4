"""The server goes away, by force, and comes back: whoever sits in front of the page loses nothing."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.pictures import picture
from tests.e2e.saved import questions, said
from tests.e2e.tab import Tab
from tests.e2e.test_concepts import say
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama, Hold
from tests.faults.audit import audit
from tests.fixtures.server import LocritServer

LONG = [f"Step {number}. " for number in range(50)]
MAY_BE_LOST_CHARS = 100


def test_a_reply_that_the_server_could_not_finish_is_interrupted_and_can_be_retried(
    chat: Tab, server: LocritServer, ollama: FakeOllama
) -> None:
    ollama.enqueue([*LONG, Hold(threading.Event())])
    chat.say("How far?")
    expect(chat.reply).to_contain_text("Step 49.")
    server.kill()
    server.start()
    chat.expect_state(chat.reply, "interrupted")
    kept = chat.reply.locator(".markdown").inner_text().strip()
    assert "".join(LONG).startswith(kept)
    assert len(kept) >= len("".join(LONG)) - MAY_BE_LOST_CHARS
    chat.expect_saved("How far?")
    ollama.enqueue(["All the way."])
    chat.reply.get_by_text("Retry", exact=True).click()
    expect(chat.reply.locator(".markdown")).to_have_text("All the way.")


def test_what_is_said_while_the_server_is_away_is_sent_once_when_it_is_back(chat: Tab, server: LocritServer) -> None:
    server.kill()
    chat.say("Are you away?")
    chat.expect_state(chat.message("Are you away?"), "queued")
    expect(chat.status.first).to_have_text("Offline · 1 waiting")
    server.start()
    chat.expect_saved("You said: Are you away?")
    assert questions(server, chat) == ["First", "Are you away?"]


def test_a_conversation_begun_while_the_server_is_away_is_there_when_it_is_back(
    chat: Tab, server: LocritServer, bob: str
) -> None:
    chat.page.get_by_role("navigation").get_by_role("link", name="New conversation").click()
    expect(chat.messages).to_have_count(0)
    server.kill()
    chat.say("Begun alone")
    chat.expect_state(chat.message("Begun alone"), "queued")
    server.start()
    chat.expect_saved("You said: Begun alone")
    assert said(server, chat) == [("user", "Begun alone"), ("assistant", "You said: Begun alone")]


def test_a_part_that_a_browser_without_a_worker_lacks_is_said_to_be_and_had_when_the_server_is_back(
    new_context: Callable[..., BrowserContext], console: Console, server: LocritServer, bob: str, tmp_path: Path
) -> None:
    context = new_context(service_workers="block")
    console.watch(context)
    console.expect("Cannot destructure property 'waiting'")  # how Playwright blocks it
    console.expect_outage()
    tab = Tab(context.new_page(), server.url)
    tab.open(f"/my-locrits/{bob}/chat")
    tab.say("First")
    tab.expect_saved("You said: First")
    server.kill()
    tab.page.get_by_role("link", name="Storage").click()
    expect(tab.page.get_by_text("This could not be loaded")).to_be_visible()
    expect(tab.page.get_by_role("navigation").get_by_role("link", name="First")).to_be_visible()
    picture(tab, tmp_path, "unfetched")
    server.start()
    expect(tab.status.first).to_contain_text("saved", ignore_case=True)
    tab.button("Try again").click()
    expect(tab.page.get_by_role("heading", name="Storage")).to_be_visible()


def test_a_new_name_given_while_the_server_is_away_reaches_it(chat: Tab, server: LocritServer) -> None:
    server.kill()
    chat.rename("First", "Kept in mind")
    expect(chat.page.get_by_role("heading", name="Kept in mind")).to_be_visible()
    server.start()
    expect(chat.status.first).to_contain_text("Saved")
    chat.reload()
    expect(chat.page.get_by_role("heading", name="Kept in mind")).to_be_visible()


def test_a_thought_is_finished_and_sent_while_the_server_restarts(chat: Tab, server: LocritServer) -> None:
    chat.composer.press_sequentially("Half a th")
    server.kill()
    expect(chat.status.first).to_have_text("Offline")
    chat.page.keyboard.type("ought,")
    chat.page.keyboard.press("Home")
    server.start()
    expect(chat.status.first).to_contain_text("Saved")
    chat.page.keyboard.type("Not ")
    chat.page.keyboard.press("End")
    chat.page.keyboard.type(" a whole one")
    chat.page.keyboard.press("Enter")
    chat.expect_saved("You said: Not Half a thought, a whole one")
    expect(chat.composer).to_have_value("")
    assert questions(server, chat) == ["First", "Not Half a thought, a whole one"]


def test_what_a_closed_tab_had_not_sent_is_sent_by_the_next_one(
    chat: Tab, server: LocritServer, open_tab: OpenTab
) -> None:
    path = chat.path
    server.kill()
    chat.say("Left behind")
    chat.expect_state(chat.message("Left behind"), "queued")
    chat.page.close()
    server.start()
    next_tab = open_tab(server, path)
    next_tab.expect_saved("You said: Left behind")
    assert questions(server, next_tab) == ["First", "Left behind"]


def test_a_server_that_is_restored_from_a_backup_gets_back_what_the_browser_has(
    chat: Tab, server: LocritServer, bob: str, tmp_path: Path, open_device: OpenTab, console: Console
) -> None:
    console.expect("/api/v2/conversations/.*404|404 .*/api/v2/conversations/")  # it is asked whether it has them
    console.expect_outage()
    server.terminate()
    shutil.copytree(server.data_dir, tmp_path / "backup")
    server.start()
    chat.say("After the backup")
    chat.expect_saved("You said: After the backup")
    chat.rename("First", "A better name")
    expect(chat.page.get_by_role("heading", name="A better name")).to_be_visible()
    first = chat.conversation_id
    chat.page.get_by_role("navigation").get_by_role("link", name="New conversation").click()
    expect(chat.messages).to_have_count(0)
    chat.say("All new")
    chat.expect_saved("You said: All new")
    server.kill()
    shutil.rmtree(server.data_dir)
    shutil.copytree(tmp_path / "backup", server.data_dir)
    server.start()
    device = open_device(server, f"/my-locrits/{bob}/chat/{first}")
    device.expect_saved("You said: First", "You said: After the backup")
    expect(device.page.get_by_role("heading", name="A better name")).to_be_visible()
    device.conversation("All new").click()
    device.expect_saved("You said: All new")
    chat.say("And it goes on")
    chat.expect_saved("You said: And it goes on")
    server.terminate()
    audit(f"sqlite:///{server.data_dir / 'locrit.db'}")


def test_what_was_forgotten_and_decided_since_the_backup_is_so_again(
    chat: Tab, server: LocritServer, bob: str, tmp_path: Path, console: Console
) -> None:
    console.expect("/api/v2/.*404|404 .*/api/v2/")
    console.expect_outage()
    at = f"/api/v2/locrits/{bob}/memory"

    def known(path: str) -> Any:
        with server.client() as api:
            return api.get(f"{at}{path}").raise_for_status().json()

    with server.client() as api:
        say(api, bob, "We met Ada in Porto.")
        note = api.post(f"{at}/memories", json={"content": "Likes tea"}).raise_for_status().json()["id"]
    ada = next(one["id"] for one in known("/concepts")["concepts"] if one["name"] == "Ada")
    server.terminate()
    shutil.copytree(server.data_dir, tmp_path / "backup")
    server.start()
    chat.page.goto(f"{server.url}/my-locrits/{bob}/memory-explorer?tab=notes&state=valid")
    tea = chat.page.get_by_role("main").get_by_text("Likes tea", exact=True)
    expect(tea).to_be_visible()
    with server.client() as api:
        api.patch(f"{at}/concepts/{ada}", json={"name": "Ada Lovelace"}).raise_for_status()
        api.post(f"{at}/memories/{note}/forget", json={"confirm": True}).raise_for_status()
    expect(tea).to_have_count(0)
    server.kill()
    shutil.rmtree(server.data_dir)
    shutil.copytree(tmp_path / "backup", server.data_dir)
    server.start()
    wait_until(lambda: known(f"/memories/{note}")["content"] == "")
    wait_until(lambda: known(f"/concepts/{ada}")["name"] == "Ada Lovelace")
    expect(tea).to_have_count(0)
