"""A Locrit that is made or changed while the server is away is kept, talked to, and sent like all else."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.console import Console
from tests.e2e.saved import conversations, questions
from tests.e2e.tab import Tab
from tests.eventually import wait_until
from tests.fixtures.server import LocritServer

KEPT = "Kept here; sent when Locrit is reachable."


def fill(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)


def create(tab: Tab, name: str) -> None:
    tab.open("/create-locrit")
    fill(tab.page, name)
    tab.page.get_by_label("In one line").fill(f"{name}, made at sea")
    tab.button("Create").click()


def locrits(server: LocritServer) -> dict[str, str]:
    """Descriptions by name."""
    with server.client() as client:
        return {one["name"]: one["description"] for one in client.get("/api/v2/locrits").json()["locrits"]}


def test_a_locrit_made_without_the_server_is_talked_to_and_arrives_with_what_was_said(
    chat: Tab, server: LocritServer, console: Console
) -> None:
    chat.wait_for_worker()
    console.expect_outage()
    server.kill()
    create(chat, "Zora")
    expect(chat.page.get_by_text(KEPT)).to_be_visible()
    expect(chat.composer).to_be_focused()
    chat.say("Hello from the sea")
    chat.expect_state(chat.message("Hello from the sea"), "queued")
    chat.reload()
    chat.expect_state(chat.message("Hello from the sea"), "queued")
    expect(chat.composer).to_have_attribute("aria-label", "Message Zora")
    server.start()
    chat.expect_saved("You said: Hello from the sea")
    assert questions(server, chat) == ["Hello from the sea"]
    assert locrits(server)["Zora"] == "Zora, made at sea"


def test_a_name_that_was_taken_meanwhile_is_changed_where_it_was_refused(
    chat: Tab, server: LocritServer, console: Console, context: BrowserContext
) -> None:
    chat.wait_for_worker()
    console.expect_outage()
    console.expect("status of 409")
    context.set_offline(True)
    create(chat, "Zora")
    chat.say("Hello, Zora")
    chat.expect_state(chat.message("Hello, Zora"), "queued")
    with server.client() as client:
        client.post("/api/v2/locrits", json={"name": "Zora", "description": "another"}).raise_for_status()
    context.set_offline(False)

    chat.button("Something needs your decision").click()
    decision = chat.page.get_by_role("dialog", name="What needs your decision")
    expect(decision).to_contain_text("The new Locrit “Zora”")
    expect(decision).to_contain_text("A conversation waits for it.")
    decision.get_by_role("button", name="Change").click()
    expect(chat.page.get_by_role("alert")).to_contain_text("There is a Locrit named 'Zora' already.")
    expect(chat.page.get_by_label("In one line")).to_have_value("Zora, made at sea")
    fill(chat.page, "Zora of the sea")
    chat.button("Save changes").click()
    expect(chat.page.get_by_role("heading", name="Zora of the sea")).to_be_visible()
    chat.conversation("Hello, Zora").click()
    chat.expect_saved("You said: Hello, Zora")  # its conversation went after the Locrit that it waited for
    made = {"Zora": "another", "Zora of the sea": "Zora, made at sea"}
    wait_until(lambda: locrits(server).items() >= made.items())
    assert conversations(server)[0]["locrit_name"] == "Zora of the sea"


def test_settings_are_changed_without_the_server_and_the_name_is_followed(
    chat: Tab, server: LocritServer, bob: str, console: Console
) -> None:
    chat.wait_for_worker()
    console.expect_outage()
    chat.open(f"/my-locrits/{bob}/settings")
    expect(chat.page.get_by_label("Name", exact=True)).to_have_value(bob)
    server.kill()
    fill(chat.page, "Robin Crusoe")
    chat.button("Save changes").click()
    expect(chat.page.get_by_text(KEPT)).to_be_visible()
    expect(chat.page.get_by_role("heading", name="Robin Crusoe")).to_be_visible()
    chat.conversation("First").click()
    chat.say("By the new name")
    chat.expect_state(chat.message("By the new name"), "queued")
    server.start()
    chat.expect_saved("You said: By the new name")
    wait_until(lambda: "Robin Crusoe" in locrits(server))
    assert bob not in locrits(server)
