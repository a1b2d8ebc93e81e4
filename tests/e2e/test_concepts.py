"""What is talked about has a page: a list and a graph, which people correct."""

import re

import httpx
from playwright.sync_api import Locator, Request, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.e2e.test_views import check
from tests.eventually import wait_until
from tests.faults.proxy import Proxy
from tests.fixtures.server import LocritServer
from tests.load import slowed

MANY, A_MESSAGE = 300, 12
INTERACTIVE_MS = 1_000
TOWNS = "We met Ada, Minou, Lisbon, Porto and Braga."


def page_of(locrit: str, more: str = "") -> str:
    return f"/my-locrits/{locrit}/memory-explorer?tab=concepts{more}"


def say(api: httpx.Client, locrit: str, *said: str) -> None:
    """In a conversation of its own; returns when all of it is counted."""
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit}).json()
    where = f"/api/v2/conversations/{opened['conversation_id']}/messages"
    for one in said:
        api.post(where, json={"role": "user", "content": one}).raise_for_status()
    wait_until(lambda: sum(counted(api, locrit).values()) >= len(said) and is_indexed(api))


def is_indexed(api: httpx.Client) -> bool:
    return api.get("/api/v2/search", params={"q": "nothing"}).json()["waiting"] == 0


def counted(api: httpx.Client, locrit: str) -> dict[str, int]:
    answer = api.get(f"/api/v2/locrits/{locrit}/memory/concepts", params={"limit": 1000}).json()
    return {one["name"]: one["mentions"] for one in answer["concepts"]}


def row_of(tab: Tab, name: str) -> Locator:
    return tab.page.get_by_role("main").get_by_role("listitem").filter(has=tab.page.get_by_text(name, exact=True)).first


def choose(tab: Tab, name: str) -> None:
    row_of(tab, name).get_by_role("button").first.click()


def test_concepts_are_listed_looked_at_and_corrected(
    open_tab: OpenTab, open_device: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client
) -> None:
    tab = open_tab(shared_server, page_of(locrit))
    expect(tab.page.get_by_text("Nothing was talked about yet")).to_be_visible()
    check(tab, "memory-concepts-none")
    say(api, locrit, TOWNS, "I saw Porto with Ada.", "You saw Ada in Porto.")
    tab.reload()
    other = open_device(shared_server, page_of(locrit))
    expect(row_of(tab, "Ada")).to_contain_text("Name · mentioned 3 times")

    choose(tab, "Ada")
    expect(row_of(tab, "Ada").get_by_text(TOWNS, exact=True)).to_be_visible()
    check(tab, "memory-concept")
    tab.button("Edit “Ada”").click()
    tab.page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    tab.page.get_by_label("Type", exact=True).last.fill("person")
    tab.page.get_by_label("Description").fill("She counts.")
    tab.button("Save").click()
    expect(row_of(tab, "Ada Lovelace")).to_contain_text("person · mentioned 3 times")
    expect(row_of(other, "Ada Lovelace")).to_contain_text("person")  # it is told at once
    expect(row_of(tab, "Ada Lovelace").get_by_text("She counts.")).to_be_visible()

    choose(tab, "Lisbon")
    tab.button("Merge “Lisbon” into another").click()
    tab.page.get_by_role("dialog").get_by_role("button", name="Porto").click()
    expect(row_of(tab, "Porto")).to_contain_text("mentioned 4 times")
    expect(row_of(other, "Lisbon")).to_have_count(0)
    wait_until(lambda: "Lisbon" not in counted(api, locrit))
    tab.button("Take “Lisbon” out again").click()
    for each in (tab, other):
        expect(row_of(each, "Lisbon")).to_contain_text("mentioned once")
    wait_until(lambda: counted(api, locrit).get("Lisbon") == 1)

    choose(tab, "Braga")
    tab.button("Delete “Braga”").click()
    expect(row_of(tab, "Braga")).to_have_count(0)
    tab.page.locator("[data-front=true]").get_by_role("button", name="Undo").click()  # of the newest, at once
    expect(row_of(tab, "Braga")).to_have_count(1)
    choose(tab, "Minou")
    tab.button("Delete “Minou”").click()
    wait_until(lambda: {"Minou", "Braga"} & counted(api, locrit).keys() == {"Braga"})
    expect(row_of(other, "Minou")).to_have_count(0)
    expect(row_of(other, "Braga")).to_have_count(1)

    tab.page.get_by_role("searchbox").fill("lovel")
    expect(tab.page.get_by_role("main").get_by_role("listitem")).to_have_count(1)
    tab.page.get_by_role("searchbox").fill("")
    tab.page.get_by_label("Type", exact=True).first.select_option("person")
    expect(tab.page.get_by_role("main").get_by_role("listitem")).to_have_count(1)


def test_what_is_deleted_while_it_is_opened_is_asked_about_no_more(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client
) -> None:
    """Or the server, which may have deleted it by then, answers that it is not there."""
    say(api, locrit, TOWNS)
    tab = open_tab(shared_server, page_of(locrit))
    tab.page.route(re.compile("/memory/concepts/[^/?]*$"), lambda _: None, times=1)
    done: list[str] = []

    def note(request: Request, what: str) -> None:
        if "/memory/concepts/" in request.url:
            done.append(f"{request.method} {what}")

    tab.page.on("request", lambda request: note(request, "sent"))
    tab.page.on("requestfailed", lambda request: note(request, "dropped"))
    choose(tab, "Braga")
    tab.button("Delete “Braga”").click()
    expect(row_of(tab, "Braga")).to_have_count(0)
    wait_until(lambda: "Braga" not in counted(api, locrit))
    assert done == ["GET sent", "GET dropped", "DELETE sent"]


def test_what_is_deleted_elsewhere_while_it_is_open_is_said_to_be(
    open_tab: OpenTab, open_device: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client
) -> None:
    """And the server is not asked about it: the console would say so."""
    say(api, locrit, TOWNS)
    tab, other = open_tab(shared_server, page_of(locrit)), open_device(shared_server, page_of(locrit))
    for each in (tab, other):
        choose(each, "Braga")
        expect(each.page.get_by_role("heading", name="Where it was said")).to_be_visible()
    other.button("Delete “Braga”").click()
    expect(tab.page.get_by_text("It was deleted. Perhaps in another tab")).to_be_visible()
    expect(row_of(tab, "Braga")).to_have_count(0)
    expect(row_of(tab, "Porto")).to_be_visible()
    expect(row_of(other, "Braga")).to_have_count(0)
    expect(other.page.get_by_text("It was deleted.")).to_have_count(0)
    check(tab, "memory-concepts-deleted")
    choose(tab, "Porto")
    expect(tab.page.get_by_text("It was deleted.")).to_have_count(0)


def test_the_graph_leads_to_each_concept(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client
) -> None:
    say(api, locrit, TOWNS, "I saw Porto with Ada.")
    tab = open_tab(shared_server, page_of(locrit, "&shape=graph"))
    ada = tab.page.get_by_role("group", name="Concepts").get_by_role("button", name="Ada, mentioned 2 times")
    ada.press("Enter")
    expect(tab.page.get_by_role("region", name="Ada").get_by_text(TOWNS, exact=True)).to_be_visible()
    check(tab, "memory-concept-graph")
    tab.page.go_back()
    expect(tab.page.get_by_role("region", name="Ada")).to_have_count(0)
    tab.reload()
    expect(ada).to_be_visible()
    check(tab, "memory-concept-graph-small")


def test_without_a_network_concepts_are_shown_and_corrected(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client, link: Proxy, console: Console
) -> None:
    say(api, locrit, TOWNS)
    console.expect_outage()
    tab = open_tab(link, page_of(locrit))
    expect(row_of(tab, "Ada")).to_be_visible()
    tab.wait_for_worker()
    link.unplug()
    tab.reload()
    choose(tab, "Minou")
    tab.button("Edit “Minou”").click()
    tab.page.get_by_label("Name", exact=True).fill("Minou the cat")
    expect(tab.page.get_by_label("Type", exact=True).last).to_have_value("Name")
    tab.page.get_by_label("Type", exact=True).last.fill("Topic")
    tab.button("Save").click()
    expect(row_of(tab, "Minou the cat")).to_contain_text("not saved on the server yet")
    link.plug_in()
    wait_until(lambda: "Minou the cat" in counted(api, locrit))
    named = api.get(f"/api/v2/locrits/{locrit}/memory/concepts", params={"q": "cat"}).json()["concepts"]
    assert [one["type"] for one in named] == ["topic"]  # not by the word for it in one language
    expect(row_of(tab, "Minou the cat")).not_to_contain_text("not saved")


def test_with_many_concepts_the_page_is_ready_at_once(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client
) -> None:
    names = [f"Zan{chr(97 + n // 26)}{chr(97 + n % 26)}ro" for n in range(MANY)]
    say(api, locrit, *(f"We met {', '.join(names[at : at + A_MESSAGE])}." for at in range(0, MANY, A_MESSAGE)))
    wait_until(lambda: len(counted(api, locrit)) >= MANY)
    tab = open_tab(shared_server, page_of(locrit).partition("?")[0])
    expect(tab.page.get_by_text(f"messages with {locrit}")).to_be_visible()
    panel = tab.page.get_by_role("tabpanel", name="Concepts")
    began = tab.page.evaluate("performance.now()")
    tab.page.get_by_role("tab", name="Concepts").click()
    expect(panel.get_by_role("listitem").first).to_be_visible()
    listed = tab.page.evaluate("performance.now()") - began
    assert panel.get_by_role("listitem").count() < MANY / 5
    began = tab.page.evaluate("performance.now()")
    tab.page.get_by_role("radio", name="Graph").click()
    expect(panel.get_by_role("group", name="Concepts").get_by_role("button").first).to_be_visible()
    drawn = tab.page.evaluate("performance.now()") - began
    print({"list": round(listed), "graph": round(drawn)})
    check(tab, "memory-concept-graph-many")
    assert max(listed, drawn) < INTERACTIVE_MS * slowed(), (listed, drawn)
