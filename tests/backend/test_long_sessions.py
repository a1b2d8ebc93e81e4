"""What the server itself calls a session can be asked for, and given back, however long it is."""

import httpx

from backend.protocol.fields import MAX_ID_CHARS, MAX_NAME_CHARS, MAX_SESSION_CHARS


def test_the_longest_session_is_read_given_back_and_deleted(api: httpx.Client, locrit: str) -> None:
    name = locrit.ljust(MAX_NAME_CHARS, "x")
    api.post("/api/v2/locrits", json={"name": name}).raise_for_status()
    question = {"message": "Hi", "client_label": "l" * MAX_ID_CHARS}
    api.post(f"/api/v2/locrits/{name}/chat", json=question).raise_for_status()
    memory = f"/api/v2/locrits/{name}/memory/sessions"
    [session] = api.get(memory).raise_for_status().json()["sessions"]
    assert len(session["id"]) == MAX_SESSION_CHARS
    where = f"{memory}/{session['id']}"
    assert api.get(where).raise_for_status().json() == session
    assert api.get(f"{where}/messages").raise_for_status().json()["count"] == 2
    again = api.post(f"/api/v2/locrits/{name}/chat", json={"message": "Again", "session_id": session["id"]})
    assert again.raise_for_status().json()["success"]
    conversation = api.get(f"/api/v2/conversations/{session['conversation_id']}").raise_for_status().json()
    sync = {"conversation": conversation, "messages": []}
    api.post(f"/api/v2/conversations/{session['conversation_id']}/sync", json=sync).raise_for_status()
    api.delete(where).raise_for_status()
    assert api.get(f"{memory}/{'s' * (MAX_SESSION_CHARS + 1)}").status_code == 400
