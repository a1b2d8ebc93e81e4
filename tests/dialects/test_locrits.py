"""Locrits by the calls of the frontends of older systems."""

import httpx
import pytest

from src.ids import new_id

SETTINGS = {
    *("description", "ollama_model", "public_address", "active", "open_to", "access_to"),
    *("memory_service", "created_at", "updated_at"),
}


@pytest.fixture
def made(api: httpx.Client) -> str:
    name = f"Zoé {new_id()}"
    body = {"name": f" {name} ", "description": "Aide", "model": "llama3.2:1b", "internet": True, "llm_info": False}
    answer = api.post("/api/create-locrit", json=body)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["success"], told["locrit"]["name"]) == (True, name)
    assert "créé avec succès" in told["message"]
    assert told["locrit"]["settings"].keys() == SETTINGS
    return name


def test_a_new_one_is_switched_off_and_open_as_it_was_said(api: httpx.Client, made: str) -> None:
    told = api.get("/api/locrits").json()
    listed = told["locrits"]["instances"][made]
    assert listed == api.get(f"/api/locrits/{made}/config").json()["settings"]
    assert (listed["active"], listed["ollama_model"], listed["public_address"]) == (False, "llama3.2:1b", None)
    assert listed["open_to"] == {
        "humans": True,
        "locrits": True,
        "invitations": True,
        "internet": True,
        "platform": False,
    }
    assert listed["access_to"] == {"logs": True, "quick_memory": True, "full_memory": False, "llm_info": False}
    assert listed["memory_service"] == "plaintext_file"
    assert told["count"] == len(told["locrits"]["instances"])
    assert told["locrits"]["default_settings"]["access_to"]["full_memory"] is False
    assert api.get(f"/api/v2/locrits/{made}").json()["active"] is False


@pytest.mark.parametrize("blank", [{"name": " "}, {"description": ""}, {"model": "  "}, {"name": None}, {"model": 5}])
def test_a_new_one_needs_a_name_a_description_and_a_model(api: httpx.Client, blank: dict[str, object]) -> None:
    answer = api.post("/api/create-locrit", json={"name": new_id(), "description": "d", "model": "m"} | blank)
    assert (answer.status_code, answer.json()["success"]) == (400, False)
    assert isinstance(answer.json()["error"], str)


def test_a_name_that_is_taken_is_refused_in_their_words(api: httpx.Client, made: str, locrit: str) -> None:
    again = api.post("/api/create-locrit", json={"name": made, "description": "d", "model": "m"})
    assert again.status_code == 400
    assert "existe déjà" in again.json()["error"]
    for name in (locrit, made, " ", ""):
        assert api.post(f"/api/locrits/{made}/rename", json={"new_name": name}).status_code == 400
    assert api.post("/api/locrits/nobody/rename", json={"new_name": "x"}).status_code == 404


def test_what_was_set_is_what_is_told(api: httpx.Client, made: str) -> None:
    path = f"/api/locrits/{made}/config"
    changes = {
        "description": "Autre",
        "public_address": "https://zoe.example",
        "active": True,
        "open_to": {"humans": False},
        "memory_service": "kuzu_graph",
        "page_config": {"unknown": True},
    }
    answer = api.put(path, json=changes).json()
    told = api.get(path).json()["settings"]
    assert (answer["success"], answer["settings"]) == (True, told)
    assert (told["open_to"]["humans"], told["open_to"]["internet"]) == (False, True)
    assert {name: told[name] for name in ("description", "public_address", "active", "memory_service")} == {
        name: changes[name] for name in ("description", "public_address", "active", "memory_service")
    }
    unchanged = {**told, "updated_at": ""}
    assert {**api.put(path, json=told).json()["settings"], "updated_at": ""} == unchanged
    assert api.put(path, json={"public_address": None}).json()["settings"]["public_address"] is None
    assert api.put(path, json={"active": "yes"}).status_code == 400
    assert api.put("/api/locrits/nobody/config", json={}).status_code == 404


def test_who_sends_the_default_model_back_chooses_none(api: httpx.Client, locrit: str) -> None:
    api.patch(f"/api/v2/locrits/{locrit}", json={"model": ""}).raise_for_status()
    told = api.get(f"/api/locrits/{locrit}/config").json()["settings"]
    assert told["ollama_model"] == api.get("/api/v2/models").json()["default"] != ""
    api.put(f"/api/locrits/{locrit}/config", json=told).raise_for_status()
    assert api.get(f"/api/v2/locrits/{locrit}").json()["model"] == ""


def test_switches_are_turned_without_a_body(api: httpx.Client, made: str) -> None:
    headers = {"Content-Type": "application/json"}
    path = f"/api/locrits/{made}"
    assert [api.post(f"{path}/toggle", headers=headers).json()["active"] for _ in range(2)] == [True, False]
    turned = api.post(f"{path}/toggle-edit", headers=headers).json()
    assert (turned["edit_enabled"], turned["access_to"]["full_memory"], turned["access_to"]["logs"]) == (
        True,
        True,
        False,
    )
    assert api.post("/api/locrits/nobody/toggle").status_code == 404
    assert api.post("/api/locrits/nobody/toggle-edit").status_code == 404


def test_one_is_renamed_and_goes_to_the_trash(api: httpx.Client, made: str) -> None:
    new_name = f"{made} 2"
    renamed = api.post(f"/api/locrits/{made}/rename", json={"new_name": new_name}).json()
    assert (renamed["success"], renamed["old_name"], renamed["new_name"]) == (True, made, new_name)
    deleted = api.post(f"/api/locrits/{new_name}/delete", headers={"Content-Type": "application/json"})
    assert "supprimé avec succès" in deleted.json()["message"]
    assert api.get(f"/api/locrits/{new_name}/config").status_code == 404
    assert new_name in [one["name"] for one in api.get("/api/v2/trash").json()["locrits"]]
    assert api.post("/api/locrits/nobody/delete").status_code == 404
