"""Without server and network the application starts from the browser alone, and what is done there is kept."""

from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.saved import conversations, questions, said
from tests.e2e.tab import Tab
from tests.fixtures.server import LocritServer


def test_a_new_tab_starts_offline_with_all_that_was_read_and_takes_what_is_said(
    chat: Tab, server: LocritServer, open_tab: OpenTab, context: BrowserContext
) -> None:
    path = chat.path
    chat.wait_for_worker()
    server.kill()
    context.set_offline(True)
    tab = open_tab(server, path)
    expect(tab.conversation("First")).to_be_visible()
    expect(tab.messages).to_contain_text(["First", "You said: First"])
    tab.say("From an island")
    tab.expect_state(tab.message("From an island"), "queued")
    server.start()
    context.set_offline(False)
    for each in (tab, chat):
        each.expect_saved("You said: From an island")
    assert questions(server, tab) == ["First", "From an island"]


def test_a_conversation_lives_offline_through_a_reload_and_arrives_whole(
    chat: Tab, server: LocritServer, bob: str, open_device: OpenTab
) -> None:
    elsewhere = open_device(server, "/")
    chat.wait_for_worker()
    chat.open(f"/my-locrits/{bob}/chat")
    expect(chat.composer).to_be_visible()
    server.kill()
    chat.say("Castaway")
    chat.expect_state(chat.message("Castaway"), "queued")
    chat.button("Star").click()
    chat.rename("New conversation", "Robinson")
    chat.reload()
    expect(chat.page.get_by_role("heading", name="Robinson")).to_be_visible()
    chat.expect_state(chat.message("Castaway"), "queued")
    chat.say("Still here")
    chat.expect_state(chat.message("Still here"), "queued")
    server.start()
    chat.expect_saved("You said: Castaway", "You said: Still here")
    assert said(server, chat) == [
        ("user", "Castaway"),
        ("assistant", "You said: Castaway"),
        ("user", "Still here"),
        ("assistant", "You said: Still here"),
    ]
    expect(elsewhere.conversation("Robinson").get_by_role("img", name="Starred")).to_be_attached()
    assert [(each["title"], each["starred"]) for each in conversations(server)] == [
        ("Robinson", True),
        ("First", False),
    ]
    elsewhere.conversation("Robinson").click()
    expect(elsewhere.messages).to_contain_text(["Castaway", "You said: Castaway", "Still here", "You said: Still here"])
