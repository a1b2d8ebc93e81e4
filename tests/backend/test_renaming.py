"""A Locrit that was renamed is reached by every name that it had, until another one takes the name."""

from urllib.parse import quote

import httpx
import pytest

from tests.fakes.ollama import FakeOllama
from tests.fixtures.sockets import Connect


def rename(api: httpx.Client, old: str, new: str) -> None:
    api.patch(f"/api/v2/locrits/{old}", json={"name": new}).raise_for_status()


READS = ("", "/memory/summary", "/memory/stats", "/memory/search?q=hi&limit=5", "/memory/sessions", "/memory/memories")


@pytest.mark.parametrize("path", READS)
def test_who_reads_by_an_old_name_is_sent_to_the_new_one(path: str, api: httpx.Client, locrit: str) -> None:
    rename(api, locrit, f"{locrit} é?")
    answer = api.get(f"/api/v2/locrits/{locrit}{path}")
    assert (answer.status_code, answer.headers["Location"]) == (
        308,
        f"/api/v2/locrits/{quote(locrit)}%20%C3%A9%3F{path}",
    )
    assert api.get(f"/api/v2/locrits/{locrit}{path}", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("view", ["chat", "chat/some-conversation", "settings", "memory-explorer"])
def test_pages_of_an_old_name_lead_to_the_new_one(view: str, api: httpx.Client, locrit: str) -> None:
    rename(api, locrit, f"{locrit} II")
    answer = api.get(f"/my-locrits/{locrit}/{view}?message=m1")
    assert (answer.status_code, answer.headers["Location"]) == (
        308,
        f"/my-locrits/{quote(locrit)}%20II/{view}?message=m1",
    )


def test_what_is_written_under_an_old_name_is_done_at_once(
    api: httpx.Client, locrit: str, shared_ollama: FakeOllama
) -> None:
    said = api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": "before"}).json()
    rename(api, locrit, f"{locrit} II")
    edited = api.patch(f"/api/v2/locrits/{locrit}", json={"description": "new"})
    assert (edited.status_code, edited.json()["name"]) == (200, f"{locrit} II")
    assert edited.headers["Content-Location"] == f"/api/v2/locrits/{quote(locrit)}%20II"
    for name in (locrit, f"{locrit} II"):
        again = api.post(f"/api/v2/locrits/{name}/chat", json={"message": f"to {name}"}).json()
        assert again["conversation_id"] == said["conversation_id"]
    by_body = api.post("/api/v2/conversations", json={"locrit_name": locrit, "session_id": "s"}).json()
    assert by_body["locrit_name"] == f"{locrit} II"
    listed = api.get("/api/v2/conversations", params={"locrit_name": locrit}).json()
    assert {one["locrit_name"] for one in listed["conversations"]} == {f"{locrit} II"}
    assert listed["count"] == 2


def test_a_rename_that_is_sent_again_is_done_once(api: httpx.Client, locrit: str) -> None:
    change = {"name": f"{locrit} II", "op_id": f"rename {locrit}"}
    first = api.patch(f"/api/v2/locrits/{locrit}", json=change).json()
    rename(api, f"{locrit} II", f"{locrit} III")
    assert api.patch(f"/api/v2/locrits/{locrit}", json=change).json()["name"] == f"{locrit} III"
    assert first["former_names"] == [locrit]


def test_a_socket_by_an_old_name_is_told_the_new_one(api: httpx.Client, connect: Connect, locrit: str) -> None:
    before = connect().call("join_chat", {"locrit_name": locrit, "session_id": "s"})
    rename(api, locrit, f"{locrit} II")
    client = connect()
    joined = client.call("join_chat", {"locrit_name": locrit, "session_id": "s"})
    assert (joined["locrit_name"], joined["conversation_id"]) == (f"{locrit} II", before["conversation_id"])
    client.call("chat_message", {"locrit_name": locrit, "session_id": "s", "message": "Hi"})
    assert client.wait_for("chat_complete")["locrit_name"] == f"{locrit} II"
    assert client.call("leave_chat", {"locrit_name": locrit, "session_id": "s"})["locrit_name"] == f"{locrit} II"


def test_names_of_a_chain_and_of_a_swap_lead_where_they_should(api: httpx.Client, locrit: str) -> None:
    other = f"{locrit} other"
    api.post("/api/v2/locrits", json={"name": other}).raise_for_status()
    ids = {name: api.get(f"/api/v2/locrits/{name}").json()["id"] for name in (locrit, other)}
    for old, new in ((locrit, f"{locrit} 2"), (f"{locrit} 2", f"{locrit} 3")):
        rename(api, old, new)
    for name in (locrit, f"{locrit} 2", f"{locrit} 3"):
        assert at(api, name)["id"] == ids[locrit]
    rename(api, other, locrit)  # the newest holder of a name has it
    rename(api, f"{locrit} 3", other)
    assert (at(api, locrit)["id"], at(api, other)["id"]) == (ids[other], ids[locrit])
    assert at(api, f"{locrit} 2")["id"] == ids[locrit]
    assert (at(api, locrit)["former_names"], at(api, other)["former_names"]) == ([], [f"{locrit} 2", f"{locrit} 3"])


def test_a_name_goes_back_and_forth(api: httpx.Client, locrit: str) -> None:
    rename(api, locrit, f"{locrit} II")
    rename(api, f"{locrit} II", locrit)
    assert api.get(f"/api/v2/locrits/{locrit}").json()["former_names"] == [f"{locrit} II"]
    assert at(api, f"{locrit} II")["name"] == locrit


def test_a_new_locrit_takes_the_name_for_good(api: httpx.Client, locrit: str) -> None:
    rename(api, locrit, f"{locrit} II")
    api.post("/api/v2/locrits", json={"name": locrit}).raise_for_status()
    assert api.get(f"/api/v2/locrits/{locrit}").json()["description"] == ""
    assert api.get(f"/api/v2/locrits/{locrit} II").json()["former_names"] == []
    api.delete(f"/api/v2/locrits/{locrit}").raise_for_status()
    assert api.get(f"/api/v2/locrits/{locrit}").status_code == 404  # not somebody else, all of a sudden


def test_in_the_trash_a_locrit_is_not_reached_and_comes_back_with_its_names(api: httpx.Client, locrit: str) -> None:
    rename(api, locrit, f"{locrit} II")
    api.delete(f"/api/v2/locrits/{locrit}").raise_for_status()
    for name in (locrit, f"{locrit} II"):
        assert api.get(f"/api/v2/locrits/{name}").status_code == 404
    assert api.post(f"/api/v2/locrits/{locrit}/restore").json()["name"] == f"{locrit} II"
    assert at(api, locrit)["name"] == f"{locrit} II"


def at(api: httpx.Client, name: str) -> dict[str, object]:
    return dict(api.get(f"/api/v2/locrits/{name}", follow_redirects=True).raise_for_status().json())
