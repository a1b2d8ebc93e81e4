"""A client may choose the id of a Locrit, and speaks of it by that before and after the server knows it."""

from uuid import uuid4

import httpx
import pytest


def create(api: httpx.Client, **fields: object) -> httpx.Response:
    return api.post("/api/v2/locrits", json={"name": f"made {uuid4()}", "id": str(uuid4())} | fields)


def test_a_locrit_is_reached_by_the_id_that_was_chosen_for_it(api: httpx.Client) -> None:
    made = create(api).json()
    where = f"/api/v2/locrits/{made['id']}"
    name = f"{made['name']} II"
    assert api.patch(where, json={"name": name}).json()["name"] == name
    opened = api.post("/api/v2/conversations", json={"locrit_name": made["id"], "session_id": "s"}).json()
    assert (opened["locrit_name"], opened["locrit_id"]) == (name, made["id"])
    assert api.get(where, follow_redirects=True).json()["name"] == name
    assert api.delete(where).status_code == 200
    assert api.patch(where, json={"description": "gone"}).status_code == 404


def test_an_id_is_taken_once_and_a_repeat_is_not_another(api: httpx.Client) -> None:
    made = create(api, op_id=str(uuid4())).json()
    again = {"id": made["id"], "op_id": str(uuid4())}
    taken = create(api, **again)
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "conflict")
    first = create(api, name="chosen", id=str(uuid4()), op_id="creating the chosen one")
    repeat = create(api, name="chosen", id=first.json()["id"], op_id="creating the chosen one")
    assert first.json()["id"] == repeat.json()["id"]
    assert create(api, name="chosen", op_id="creating the chosen one").status_code == 409


@pytest.mark.parametrize("wrong", ["", "not a UUID", 7, "../x"])
def test_what_is_no_uuid_is_refused(wrong: object, api: httpx.Client) -> None:
    assert create(api, id=wrong).status_code == 400
