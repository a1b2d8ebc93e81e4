"""What a client of another system keeps in this browser is brought when its person wants it, and stays there."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.e2e.conftest import OpenTab
from tests.e2e.pictures import picture
from tests.e2e.tab import Tab
from tests.fixtures.server import LocritServer

KEY = "chat_sessions_test"
SAID = [("user", "Où est la lune ? 🌙"), ("assistant", "Là-haut."), ("user", "Merci")]


def session(id_: str, name: str, said: list[tuple[str, str]]) -> dict[str, Any]:
    thread = [
        {"id": f"{role}-{n}é", "role": role, "content": text, "timestamp": f"2024-05-01T10:00:0{n}Z"}
        for n, (role, text) in enumerate(said)
    ]
    return {"id": id_, "user_id": "u", "name": name, "history_limit": 10, "thread": thread, "is_active": True}


def keep(tab: Tab, kept: object) -> None:
    tab.page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, json.dumps(kept)])


def sent_before(server: LocritServer) -> str:
    """By that client itself, as far as it came."""
    with server.client() as client:
        made = client.post("/api/v1/chat-sessions", json={"name": "Sent"}).json()["data"]["id"]
        thread = session(made, "Sent", SAID[:2])["thread"]
        client.put(f"/api/v1/chat-sessions/{made}", json={"thread": thread}).raise_for_status()
    return str(made)


def threads(server: LocritServer) -> dict[str, list[tuple[str, str]]]:
    with server.client() as client:
        found = client.get("/api/v1/chat-sessions").json()["data"]
    return {one["name"]: [(said["role"], said["content"]) for said in one["thread"]] for one in found}


def test_chats_of_an_older_client_are_offered_once_and_merged(
    chat: Tab, server: LocritServer, open_device: OpenTab, tmp_path: Path
) -> None:
    known = sent_before(server)
    kept = {"sessions": [session(known, "Sent", SAID), session("1", "Kept", SAID), {"id": 2}, None], "timestamp": 5}
    for tab in (chat, open_device(server)):  # another browser that has the same adds nothing
        keep(tab, kept)
        tab.reload()
        offer = tab.page.get_by_role("region", name="Chats of an older client")
        expect(offer).to_contain_text("2 chats of an older client are kept in this browser.")
        picture(tab, tmp_path, "older-offered")
        tab.button("Bring them").click()
        expect(offer).to_contain_text("2 chats are in Locrit now, with Bob Technique.")
        picture(tab, tmp_path, "older-brought")
        assert threads(server) == {"Sent": SAID, "Kept": SAID}
        assert json.loads(tab.page.evaluate("key => localStorage.getItem(key)", KEY)) == kept
        tab.button("Close").click()
        expect(offer).to_have_count(0)
        tab.open("/my-locrits/Bob%20Technique/chat")
        earlier = tab.page.locator("nav section").filter(has=tab.page.get_by_role("heading", name="Earlier"))
        for name in ("Sent", "Kept"):  # where they were talked in, and not where they were brought
            expect(earlier.get_by_role("link", name=name)).to_be_visible()
        expect(earlier.get_by_role("img", name="New messages")).to_have_count(0)
        picture(tab, tmp_path, "older-in-the-list")
        tab.conversation("Kept").click()
        expect(tab.messages).to_have_count(len(SAID))
        expect(offer).to_have_count(0)


def test_who_does_not_want_them_is_not_asked_again_and_finds_them_in_the_settings(
    chat: Tab, server: LocritServer
) -> None:
    keep(chat, {"sessions": [session("1", "Kept", SAID)]})
    chat.reload()
    chat.button("Not now").click()
    chat.reload()
    expect(chat.messages).to_have_count(2)
    expect(chat.button("Bring them")).to_have_count(0)
    assert threads(server) == {}
    chat.open("/settings")
    chat.button("Bring them").click()
    expect(chat.page.get_by_text("1 chat is in Locrit now")).to_be_visible()


def test_when_the_server_goes_away_the_rest_can_be_brought_later(chat: Tab, server: LocritServer) -> None:
    keep(chat, {"sessions": [session("1", "Kept", SAID)]})
    chat.reload()
    expect(chat.button("Bring them")).to_be_visible()
    server.kill()
    chat.button("Bring them").click()
    expect(chat.page.get_by_text("The server does not answer.")).to_be_visible()
    server.start()
    chat.button("Bring them").click()
    expect(chat.page.get_by_text("1 chat is in Locrit now")).to_be_visible()
    assert threads(server) == {"Kept": SAID}
