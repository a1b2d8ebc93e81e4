"""A model that thinks before it speaks, as a person sees it: from the first thought to the fold."""

import threading
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.pictures import picture
from tests.e2e.tab import Tab
from tests.fakes.ollama import Delay, FakeOllama, Hold, Item, Thought
from tests.fixtures.server import LocritServer


def thought(tab: Tab) -> Locator:
    return tab.reply.locator("details.thought")


def answer(tab: Tab) -> Locator:
    return tab.reply.locator(".parts > .markdown")


def test_a_thought_is_seen_as_it_comes_and_folds_when_the_answer_begins(
    tab: Tab, open_tab: OpenTab, open_device: OpenTab, shared_server: LocritServer, shared_ollama: FakeOllama,
    api: httpx.Client, tmp_path: Path,
) -> None:  # fmt: skip
    thinks_on, speaks, ends = threading.Event(), threading.Event(), threading.Event()
    said: list[Item] = ["Blue, ", Hold(ends), "mostly."]
    shared_ollama.enqueue(
        [Thought("Which sea could be meant? "), Hold(thinks_on), Thought("**Any**, I guess."), Hold(speaks), *said]
    )
    tab.say("What colour is the sea?")
    expect(thought(tab).get_by_text("Which sea could be meant?")).to_be_visible()
    expect(thought(tab).locator("summary")).to_have_text("Thinking…")
    picture(tab, tmp_path, "thinking")

    tab.reload()
    expect(thought(tab).get_by_text("Which sea could be meant?")).to_be_visible()
    second, elsewhere = open_tab(shared_server, tab.path), open_device(shared_server, tab.path)
    tabs = (tab, second, elsewhere)
    thinks_on.set()
    for each in tabs:
        expect(thought(each).locator("strong")).to_have_text("Any")
    speaks.set()
    for each in tabs:
        expect(answer(each)).to_have_text("Blue,")
        expect(thought(each).locator("summary")).to_contain_text("Thought")
        expect(thought(each).get_by_text("Which sea could be meant?")).to_be_hidden()
    thought(second).locator("summary").press("Enter")
    expect(thought(second).get_by_text("Which sea could be meant?")).to_be_visible()
    ends.set()
    for each in tabs:
        expect(answer(each)).to_have_text("Blue, mostly.")
        each.expect_state(each.reply, "saved")
    expect(thought(second).get_by_text("Which sea could be meant?")).to_be_visible()
    picture(tab, tmp_path, "folded")
    picture(second, tmp_path, "unfolded")

    tab.reload()
    expect(answer(tab)).to_have_text("Blue, mostly.")
    expect(thought(tab).get_by_text("Which sea could be meant?")).to_be_hidden()
    tab.reply.get_by_role("button", name="Copy").first.click()
    assert tab.page.evaluate("navigator.clipboard.readText()") == "Blue, mostly."
    assert api.get("/api/v2/search", params={"q": "guess"}).json()["hits"] == []


@pytest.mark.parametrize("script", [[Thought("Which sea?")], ["<think>Which sea?", " "]], ids=["apart", "marked"])
def test_stopping_in_the_middle_of_a_thought_keeps_it_folded(
    tab: Tab, shared_ollama: FakeOllama, script: list[Item]
) -> None:
    shared_ollama.enqueue([*script, Hold(threading.Event())])
    tab.say("What colour is the sea?")
    expect(thought(tab).get_by_text("Which sea?")).to_be_visible()
    tab.stop_button.click()
    tab.expect_state(tab.reply, "stopped")
    for look in ("at once", "after a reload"):
        expect(thought(tab).get_by_text("Which sea?"), look).to_be_hidden()
        thought(tab).locator("summary").press("Enter")
        expect(thought(tab).get_by_text("Which sea?"), look).to_be_visible()
        tab.reload()
    shared_ollama.enqueue([Thought("Any."), Delay(0.6), "Blue."])
    tab.button("Retry").first.click()
    tab.expect_saved("Blue.")
    expect(thought(tab).locator("summary")).to_have_text("Thought for 1 s")


def test_an_edited_answer_keeps_its_thought(tab: Tab, shared_ollama: FakeOllama, api: httpx.Client) -> None:
    shared_ollama.enqueue(["<think>\nWhich sea?\n</think>\n\nBlue."])
    tab.say("What colour is the sea?")
    tab.expect_saved("Blue.")
    expect(answer(tab)).to_have_text("Blue.")
    reply = tab.reply.get_attribute("data-message-id")
    path = f"/api/v2/conversations/{tab.conversation_id}/messages/{reply}"
    api.patch(path, json={"content": "Green."}).raise_for_status()
    expect(answer(tab)).to_have_text("Green.")
    thought(tab).locator("summary").press("Enter")
    expect(thought(tab).get_by_text("Which sea?")).to_be_visible()


def test_a_locrit_and_a_conversation_say_whether_to_think(
    tab: Tab, locrit: str, shared_ollama: FakeOllama, tmp_path: Path
) -> None:
    name = "levels:20b"
    shared_ollama.models.append(name)
    shared_ollama.capabilities[name] = ["completion", "thinking"]
    shared_ollama.thinking[name] = ["low", "medium", "high"]
    tab.open(f"/my-locrits/{locrit}/settings")
    tab.page.get_by_label("Model", exact=True).select_option(name)
    tab.page.get_by_label("Thinking", exact=True).select_option("high")
    picture(tab, tmp_path, "settings")
    tab.button("Save changes").click()
    expect(tab.button("Save changes")).to_be_hidden()
    tab.open(f"/my-locrits/{locrit}/chat")
    tab.say("What colour is the sea?")
    tab.expect_saved("You said: What colour is the sea?")
    assert shared_ollama.requests[-1]["think"] == "high"
    tab.button("Thinking: a lot. Change it for this conversation").click()
    picture(tab, tmp_path, "menu")
    tab.page.get_by_role("menuitem", name="a little").click()
    expect(tab.button("Thinking: a little. Change it for this conversation")).to_be_focused()
    tab.say("And now?")
    tab.expect_saved("You said: And now?")
    assert shared_ollama.requests[-1]["think"] == "low"
