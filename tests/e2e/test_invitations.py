"""An invitation: made in the settings, opened by a guest in another browser, seen by the person, and revoked."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.axe import accessibility_problems
from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.pictures import picture
from tests.e2e.test_public import said, say
from tests.fakes.ollama import Cut, FakeOllama, Part, Silence
from tests.fixtures.server import LocritServer


def test_a_guest_whose_answer_is_lost_on_its_way_is_not_asked_to_send_again(
    open_device: OpenTab, server: LocritServer, ollama: FakeOllama, bob: str, console: Console
) -> None:
    console.expect_outage()
    with server.client() as client:
        token = client.post(f"/api/v2/locrits/{bob}/invitations", json={"label": "Ann"}).json()["token"]
    guest = open_device(server, f"/public/invitation/{token}")
    ollama.enqueue(["Half ", Silence()])
    say(guest.page, "Where do ferns grow?")
    expect(said(guest.page).last).to_contain_text("Half")
    server.kill()
    expect(guest.page.get_by_role("status")).to_contain_text("Reload the page to see the whole answer.")
    server.start()
    guest.page.reload()
    expect(said(guest.page)).to_have_count(2)
    ollama.enqueue(["Short", Part({"done": True, "done_reason": "length"})])
    say(guest.page, "And now?")
    expect(guest.page.get_by_role("status")).to_contain_text("The answer was cut here")
    ollama.enqueue(["Half", Cut()])
    say(guest.page, "And now?")
    expect(guest.page.get_by_role("status")).to_contain_text("There is no answer at the moment")


def test_a_guest_talks_by_his_link_until_it_is_revoked(
    open_tab: OpenTab,
    open_device: OpenTab,
    shared_server: LocritServer,
    shared_ollama: FakeOllama,
    locrit: str,
    console: Console,
    tmp_path: Path,
) -> None:
    person = open_tab(shared_server, f"/my-locrits/{locrit}/chat")
    settings = open_tab(shared_server, f"/my-locrits/{locrit}/settings")
    invitations = settings.page.get_by_role("region", name="Invitations")
    watching = open_device(shared_server, f"/my-locrits/{locrit}/settings")
    elsewhere = watching.page.get_by_role("region", name="Invitations").get_by_role("listitem")
    expect(elsewhere).to_have_count(0)
    invitations.get_by_label("For whom").fill("Ann from next door")
    settings.page.keyboard.press("Enter")
    link = invitations.get_by_label("Link for Ann from next door")
    expect(link).to_have_value(re.compile("/public/invitation/.{43}$"))
    expect(invitations.get_by_role("listitem")).to_contain_text("Ann from next door")
    expect(elsewhere).to_contain_text("Ann from next door")
    invitations.scroll_into_view_if_needed()
    picture(settings, tmp_path, "invitations")
    assert accessibility_problems(settings.page) == []

    guest = open_device(shared_server, link.input_value().removeprefix(shared_server.url))
    shared_ollama.enqueue(["In the shade."])
    say(guest.page, "Where do ferns grow?")
    expect(said(guest.page).last).to_contain_text("In the shade.")
    picture(guest, tmp_path, "guest")
    in_list = person.page.get_by_role("navigation").get_by_text("Ann from next door", exact=True)
    expect(in_list).to_be_visible()
    person.page.get_by_role("link", name="Where do ferns grow?").first.click()
    expect(person.page.get_by_role("main").get_by_title("Ann from next door")).to_be_visible()
    expect(person.page.get_by_role("log").get_by_text("Ann from next door", exact=True)).to_be_attached()
    picture(person, tmp_path, "person")
    conversation_id = person.conversation_id
    for tab in ("messages", "sessions"):
        person.open(f"/my-locrits/{locrit}/memory-explorer?tab={tab}")
        expect(person.page.get_by_role("main").get_by_text("Ann from next door", exact=True)).to_be_visible()
        picture(person, tmp_path, f"explorer-{tab}")
    with shared_server.client() as api:
        path = f"/api/v2/conversations/{conversation_id}/messages"
        [question, _] = api.get(path).json()["messages"]
        api.delete(f"{path}/{question['message_id']}").raise_for_status()
    person.open("/trash")
    expect(person.page.get_by_role("main").get_by_text("Ann from next door", exact=True)).to_be_visible()
    picture(person, tmp_path, "trash")
    with shared_server.client() as api:
        api.post(f"{path}/{question['message_id']}/restore").raise_for_status()
    again = open_device(shared_server, link.input_value().removeprefix(shared_server.url))
    expect(said(again.page).last).to_contain_text("In the shade.")

    settings.reload()
    expect(link).to_have_count(0)  # it was told once
    invitations.get_by_role("button", name="Revoke the invitation: Ann from next door").click()
    expect(invitations.get_by_role("listitem")).to_contain_text("revoked")
    expect(elsewhere).to_contain_text("revoked")
    console.expect("status of 403")
    say(guest.page, "Still there?")
    expect(guest.page.get_by_role("status")).to_contain_text("does not hold")
    guest.page.reload()
    expect(guest.page.get_by_text("This invitation does not hold any more")).to_be_visible()
    picture(guest, tmp_path, "revoked")
