"""A model that calls tools, as a person sees it: one that asks, a reload, the answer from another tab."""

from pathlib import Path

import httpx
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.pictures import picture
from tests.e2e.tab import Tab
from tests.fakes.ollama import Calls, FakeOllama, Status
from tests.fixtures.server import LocritServer

MODEL = "zz-tooled:1b"
HOSTILE = "<img src=x onerror=\"document.title='pwned'\">"


def calls(tab: Tab) -> Locator:
    return tab.reply.locator("details.thought")


def question(tab: Tab) -> Locator:
    return tab.reply.get_by_role("region")


def test_a_tool_asks_and_is_allowed_after_a_reload_and_seen_in_every_tab(
    tab: Tab, open_tab: OpenTab, shared_server: LocritServer, shared_ollama: FakeOllama, api: httpx.Client,
    tmp_path: Path,
) -> None:  # fmt: skip
    shared_ollama.models.append(MODEL)
    shared_ollama.capabilities[MODEL] = ["completion", "tools"]
    tools = {"calculate": "always", "remember": "ask"}
    api.patch(f"/api/v2/locrits/{tab.locrit}", json={"model": MODEL, "tools": tools}).raise_for_status()
    asked = Calls(("calculate", {"expression": "6 * 7"}), (HOSTILE, {"a": HOSTILE}), ("remember", {"content": HOSTILE}))
    shared_ollama.enqueue(["Let me see. ", asked])
    shared_ollama.enqueue(["It is **42**, and I keep that."])
    try:
        tab.say("6 * 7? And remember it.")
        expect(question(tab)).to_contain_text("Remember something")
        expect(calls(tab)).to_have_count(3)
        expect(calls(tab).nth(0)).to_contain_text("Calculate")
        expect(calls(tab).nth(0)).to_contain_text("done")
        expect(calls(tab).nth(1)).to_contain_text(HOSTILE)
        expect(calls(tab).nth(2)).to_contain_text("waits for you")
        picture(tab, tmp_path, "asks")

        tab.reload()
        second = open_tab(shared_server, tab.path)
        expect(question(second)).to_be_visible()
        allow = question(tab).get_by_role("button", name="Allow once")
        allow.focus()
        allow.press("Enter")
        for each in (tab, second):
            expect(question(each)).to_have_count(0)
            expect(each.reply.locator(".parts > .markdown").last).to_have_text("It is 42, and I keep that.")
            expect(calls(each).nth(2)).to_contain_text("done")
            each.expect_state(each.reply, "saved")
        calls(tab).nth(0).locator("summary").press("Enter")
        expect(calls(tab).nth(0).locator("pre").last).to_contain_text('"value": "42"')
        calls(tab).nth(1).locator("summary").click()
        expect(calls(tab).nth(1)).to_contain_text("There is no tool")
        picture(tab, tmp_path, "answered")
        [memory] = api.get(f"/api/v2/locrits/{tab.locrit}/memory/memories").json()["memories"]
        assert memory["content"] == HOSTILE
        assert "pwned" not in tab.page.title()

        tab.open(f"/my-locrits/{tab.locrit}/settings")
        expect(tab.page.get_by_role("switch", name="Ask me first: remember something")).to_be_checked()
        tab.page.get_by_role("group", name="Tools").scroll_into_view_if_needed()
        picture(tab, tmp_path, "settings")
    finally:
        shared_ollama.models.remove(MODEL)


def test_an_answer_given_while_the_server_is_away_is_kept_and_counts_and_a_model_without_tools_is_told_of(
    open_tab: OpenTab, server: LocritServer, ollama: FakeOllama, console: Console, tmp_path: Path
) -> None:
    ollama.models.append(MODEL)
    ollama.capabilities[MODEL] = ["completion", "tools"]
    with server.client() as api:
        fields = {"name": "Ada", "model": MODEL, "tools": {"remember": "ask"}}
        api.post("/api/v2/locrits", json=fields).raise_for_status()
    ollama.enqueue([Calls(("remember", {"content": "likes tea"}))])
    tab = open_tab(server, "/my-locrits/Ada/chat")
    tab.wait_for_worker()
    console.expect_outage()
    tab.say("I like tea.")
    expect(question(tab)).to_contain_text("Remember something")
    server.kill()
    question(tab).get_by_role("button", name="Allow once").click()
    expect(tab.reply).to_contain_text("“Allow once” is kept in this browser")
    expect(question(tab)).to_have_count(0)
    picture(tab, tmp_path, "kept")
    ollama.enqueue(["I keep that."])
    server.start()
    expect(calls(tab)).to_contain_text("allowed, and runs when the reply goes on")
    tab.button("Continue").click()
    expect(tab.reply).to_contain_text("I keep that.")
    expect(calls(tab)).to_contain_text("done")
    expect(tab.reply).not_to_contain_text("is kept in this browser")

    ollama.enqueue([Status(400, f"{MODEL} does not support tools")])
    ollama.enqueue(["Without them."])
    tab.say("And coffee.")
    expect(tab.reply).to_contain_text("Without them.")
    expect(tab.reply.get_by_role("note")).to_contain_text("refused to be told of tools")
    tab.reload()
    expect(tab.page.get_by_text(f"{MODEL} cannot call tools")).to_be_visible()
    picture(tab, tmp_path, "toolless")
    tab.button("Use another model").click()
    expect(tab.page.get_by_role("dialog")).to_be_visible()
