"""The model of a conversation: seen, changed, tried beside another one, missing, installed."""

import re
import threading
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.pictures import PHONE, picture
from tests.e2e.places import model_calls
from tests.e2e.tab import Held, Tab
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama, Hold, Layer
from tests.fixtures.server import LocritServer


@pytest.fixture
def shared_models(shared_ollama: FakeOllama) -> FakeOllama:
    """Three that chat, one that thinks first, and one that is for other work."""
    shared_ollama.models = ["deepthought:8b", "gemma3:1b", "llama3.2:1b", "nomic-embed-text:latest"]
    shared_ollama.capabilities = {"deepthought:8b": ["completion", "thinking"]}
    shared_ollama.loaded = {"llama3.2:1b"}
    return shared_ollama


def header(tab: Tab) -> Locator:
    return tab.page.get_by_role("button", name=re.compile("^Model: "))


def choice(tab: Tab, model: str) -> Locator:
    return tab.page.get_by_role("dialog").get_by_role("button", name=re.compile(f"^{re.escape(model)}"))


def test_the_header_tells_the_model_and_changes_it(
    shared_models: FakeOllama, tab: Tab, api: httpx.Client, locrit: str
) -> None:
    expect(header(tab)).to_have_text("llama3.2:1b")
    header(tab).focus()
    tab.page.keyboard.press("Enter")
    expect(choice(tab, "llama3.2:1b")).to_be_focused()
    expect(choice(tab, "llama3.2:1b")).to_contain_text(re.compile("1.2B · 1.3.GB · loaded · in use"))
    expect(choice(tab, "deepthought:8b")).to_contain_text("thinks first")
    expect(choice(tab, "nomic-embed-text")).to_be_disabled()
    expect(tab.page.get_by_role("dialog")).to_contain_text(
        f"{locrit} answers with it from now on, in all conversations."
    )
    tab.page.keyboard.press("Shift+Tab")
    expect(choice(tab, "gemma3:1b")).to_be_focused()
    change = Held(tab.page, "**/api/v2/locrits/*")
    tab.page.keyboard.press("Enter")
    expect(header(tab)).to_have_text("gemma3:1b")
    tab.say("Who are you?")
    tab.expect_state(tab.message("Who are you?"), "queued")
    change.let_go()
    tab.expect_saved("You said: Who are you?")
    assert shared_models.requests[-1]["model"] == "gemma3:1b"
    assert api.get(f"/api/v2/locrits/{locrit}").json()["model"] == "gemma3:1b"
    header(tab).click()
    choice(tab, "Default").click()
    expect(header(tab)).to_have_text("Default · gemma3:1b")  # not the one that thinks first


def test_a_reply_is_tried_with_another_model_and_stands_beside_the_first(shared_models: FakeOllama, tab: Tab) -> None:
    tab.say("Who are you?")
    tab.expect_saved("You said: Who are you?")
    tab.reply.hover()
    tab.reply.get_by_role("button", name="More about this message").click()
    tab.page.get_by_role("menuitem", name="Retry with another model…").click()
    choice(tab, "gemma3:1b").click()
    expect(tab.reply).to_contain_text("2/2")
    tab.expect_state(tab.reply, "saved")
    tab.reply.hover()
    expect(tab.reply).to_contain_text("gemma3:1b")
    assert shared_models.requests[-1]["model"] == "gemma3:1b"
    tab.reply.get_by_role("button", name="Previous version").click()
    expect(tab.reply).to_contain_text("llama3.2:1b")


def test_a_missing_model_is_installed_from_its_message_with_numbers_and_after_a_reload(
    server: LocritServer, ollama: FakeOllama, open_tab: OpenTab, tmp_path: Path
) -> None:
    go_on = threading.Event()
    ollama.holds_pulls = Hold(go_on)
    with server.client() as client:
        client.post("/api/v2/locrits", json={"name": "Robin", "model": "gemma3:1b"}).raise_for_status()
    tab = open_tab(server, "/my-locrits/Robin/chat")
    tab.say("Are you there?")
    tab.expect_state(tab.reply, "failed")
    for place in (tab.reply, tab.page.get_by_role("main")):
        expect(place.get_by_role("button", name="Install gemma3:1b").first).to_be_visible()
    tab.reply.get_by_role("button", name="Install gemma3:1b").click()
    expect(tab.reply).to_contain_text(re.compile("500.MB of 1.GB · 50 %"))
    tab.reload()
    expect(tab.reply).to_contain_text(re.compile("500.MB of 1.GB · 50 %"))
    bar = tab.page.get_by_role("region", name="In progress")
    expect(bar).to_contain_text(re.compile("Installing gemma3:1b ?500.MB of 1.GB"))
    picture(tab, tmp_path, "pull-among-jobs")
    go_on.set()
    expect(tab.page.get_by_role("progressbar")).to_have_count(0)
    expect(bar).to_be_hidden()
    expect(tab.page.get_by_text("is not installed", exact=False)).to_have_count(1)  # what the failed reply said then
    tab.reply.get_by_role("button", name="Retry", exact=True).first.click()
    tab.expect_saved("You said: Are you there?")


def test_the_page_of_the_models_installs_several_at_once_and_gets_rid_of_one(
    server: LocritServer, ollama: FakeOllama, open_tab: OpenTab, console: Console
) -> None:
    console.expect_outage()
    go_on = threading.Event()
    ollama.pulls = {
        "gemma3:1b": [Layer("sha256:1", 500_000_000, 1_000_000_000), Hold(go_on), Layer("sha256:1", 10**9, 10**9)],
        "qwen3:8b": [Layer("sha256:1", 1_000_000_000, 5_000_000_000), Hold(threading.Event())],
    }
    ollama.loaded = {"llama3.2:1b"}
    tab, other = open_tab(server, "/models"), open_tab(server, "/models")
    for model in ollama.pulls:
        tab.page.get_by_label("Name of the model").fill(model)
        tab.page.keyboard.press("Enter")
    for each in (tab, other):  # which was told, and did not ask
        expect(each.page.get_by_text(re.compile("500.MB of 1.GB · 50 %"))).to_be_visible()
        expect(each.page.get_by_text(re.compile("1.GB of 5.GB · 20 %"))).to_be_visible()
    other.page.get_by_role("button", name="Cancel installing qwen3:8b").click()
    for each in (tab, other):
        expect(each.page.get_by_role("progressbar")).to_have_count(1)
    other.page.close()
    server.kill()
    server.start()
    tab.reload()
    expect(tab.page.get_by_text(re.compile("500.MB of 1.GB · 50 %"))).to_be_visible()
    go_on.set()
    expect(tab.page.get_by_text("It is installed.")).to_be_visible()
    expect(tab.page.get_by_role("heading", name="gemma3:1b")).to_be_visible()
    tab.button("Take out of memory: llama3.2:1b").click()
    expect(tab.page.get_by_text("In memory:")).to_have_count(0)
    assert ollama.loaded == set()
    tab.button("Delete gemma3:1b").click()
    dialog = tab.page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Bob Technique, Pixie Assistant, and Marie Recherche use it")
    dialog.get_by_role("button", name="Delete").click()
    expect(tab.page.get_by_role("heading", name="gemma3:1b")).to_have_count(0)
    assert "gemma3:1b" not in ollama.models


def test_what_cannot_be_installed_says_why_and_another_model_is_at_hand(
    server: LocritServer, open_tab: OpenTab
) -> None:
    with server.client() as client:
        client.post("/api/v2/locrits", json={"name": "Robin", "model": "missing:1b"}).raise_for_status()
    tab = open_tab(server, "/my-locrits/Robin/chat")
    tab.button("Install missing:1b").click()
    expect(tab.page.get_by_role("alert")).to_contain_text("missing:1b could not be installed")
    expect(tab.page.get_by_role("alert")).to_contain_text("file does not exist")
    expect(tab.button("Try again")).to_be_visible()
    tab.button("Use another model").click()
    choice(tab, "llama3.2:1b").click()
    expect(tab.page.get_by_role("alert")).to_have_count(0)
    expect(header(tab)).to_have_text("llama3.2:1b")


def test_away_from_the_server_the_list_says_why_it_is_empty(server: LocritServer, chat: Tab) -> None:
    server.kill()
    expect(chat.status.first).to_contain_text("Offline")
    header(chat).click()
    expect(chat.page.get_by_role("dialog")).to_contain_text("The server does not answer")


def test_what_holds_for_every_locrit_is_set_on_the_page_seen_in_every_tab_and_kept_while_the_server_is_away(
    server: LocritServer, ollama: FakeOllama, open_tab: OpenTab, console: Console, tmp_path: Path
) -> None:
    console.expect_outage()
    console.expect("status of 400")
    ollama.models = ["gemma3:1b", "llama3.2:1b"]
    tab, other = open_tab(server, "/models"), open_tab(server, "/models")
    default, window = tab.page.get_by_label("Default model"), tab.page.get_by_label("Context window")
    expect(default).to_have_value("")
    default.select_option("llama3.2:1b")
    window.fill("4096")
    expect(
        tab.page.get_by_text(re.compile(r"A window of 4,096 tokens takes about .*B more memory")).first
    ).to_be_visible()
    tab.page.get_by_label("Stays in memory").fill("30m")
    picture(tab, tmp_path, "server-settings")
    tab.button("Save changes").click()
    expect(tab.button("Save changes")).to_have_count(0)
    expect(other.page.get_by_label("Default model")).to_have_value("llama3.2:1b")
    expect(other.page.get_by_label("Context window")).to_have_value("4096")
    other.page.get_by_label("Context window").fill("7")
    other.button("Save changes").click()
    expect(other.page.get_by_role("alert")).to_contain_text("128")
    other.button("Discard").click()
    server.kill()
    window.fill("2048")
    expect(tab.page.get_by_text("What you changed is kept here, and can be saved once it does.")).to_be_visible()
    expect(tab.button("Save changes")).to_be_disabled()
    server.start()
    tab.reload()
    expect(window).to_have_value("2048")
    tab.button("Save changes").click()
    expect(tab.button("Save changes")).to_have_count(0)
    tab.open("/my-locrits/Bob%20Technique/settings")
    expect(tab.page.get_by_label("Context window")).to_have_attribute("placeholder", "2048")
    expect(tab.page.get_by_label("Stays in memory")).to_have_attribute("placeholder", "30m")
    tab.open("/my-locrits/Bob%20Technique/chat")
    expect(header(tab)).to_have_text("Default · llama3.2:1b")
    tab.say("Who are you?")
    tab.expect_saved("You said: Who are you?")
    asked = ollama.requests[-1]
    assert (asked["model"], asked["options"], asked["keep_alive"]) == ("llama3.2:1b", {"num_ctx": 2048}, "30m")
    figures = "tokens · first after .* in all · read .* tokens · ended by itself"
    expect(tab.reply.get_by_title(re.compile(figures))).to_have_count(1)
    model_calls(tab)
    call = tab.page.get_by_role("dialog", name="Model calls").get_by_role("listitem")
    expect(call).to_contain_text(re.compile("answered · read .* in all · ended by itself"))
    expect(call).to_contain_text("num_ctx 2048")


def test_the_bar_of_unsaved_changes_does_not_cover_what_is_written_in(
    open_tab: OpenTab, shared_server: LocritServer
) -> None:
    tab = open_tab(shared_server, "/models")
    tab.page.set_viewport_size(PHONE)
    field, bar = tab.page.get_by_label("Stays in memory"), tab.page.locator("[data-unsaved]")
    field.evaluate(
        """(field) => {
          field.focus();
          field.closest('[data-page]').scrollTop += field.getBoundingClientRect().bottom - innerHeight;
        }"""
    )
    tab.page.keyboard.type("30m")
    expect(bar).to_be_visible()
    wait_until(lambda: top_of(bar) >= top_of(field) + field.evaluate("(field) => field.offsetHeight"))


def top_of(element: Locator) -> float:
    return float(element.evaluate("(element) => element.getBoundingClientRect().top"))
