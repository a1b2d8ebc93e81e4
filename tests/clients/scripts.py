"""A test of conversations that starts no server, by COMPATIBILITY's rows alone. Run in the directory of a checkout."""

import asyncio
import sys

from src.services.config_service import config_service
from src.services.memory_manager_service import MemoryManagerService, memory_manager

SETTINGS = {
    *("description", "ollama_model", "public_address", "active", "open_to", "access_to", "memory_service"),
    *("created_at", "updated_at"),
}
MESSAGE = {"id", "role", "content", "session_id", "user_id", "timestamp", "metadata"}
SAID = [("user", "Bonjour, je m'appelle Alice."), ("assistant", "Bonjour Alice !"), ("user", "Comment je m'appelle ?")]


async def main(session_id: str) -> None:
    """It asks for the configuration inside the running loop."""
    names = config_service.list_locrits()
    assert "Bob Technique" in names
    settings = config_service.get_locrit_settings(names[0])
    assert settings is not None
    assert set(settings) == SETTINGS
    assert settings["ollama_model"]
    assert config_service.get_locrit_settings("Personne") is None

    before = await memory_manager.get_conversation_history(names[0], session_id)
    saved = [
        await memory_manager.save_message(names[0], role, text, session_id=session_id, metadata={"n": n})
        for n, (role, text) in enumerate(SAID)
    ]
    found = await MemoryManagerService().get_conversation_history(names[0], session_id, limit=len(before) + 3)
    assert [one["id"] for one in found] == [*(one["id"] for one in before), *saved]
    assert [(one["role"], one["content"]) for one in found[-3:]] == SAID
    assert set(found[0]) >= MESSAGE
    assert {one["session_id"] for one in found} == {session_id}
    assert {one["user_id"] for one in found} == {"default"}
    assert [one["metadata"]["n"] for one in found[-3:]] == [0, 1, 2]

    summary = await memory_manager.get_full_memory_summary(names[0])
    assert [one["id"] for one in summary["recent_messages"][:3]] == saved[::-1]
    assert session_id in [session["id"] for session in summary["sessions"]]
    stats = await memory_manager.get_memory_stats(names[0])
    assert stats == summary["statistics"]
    assert stats["total_messages"] == len(found)


async def at_once() -> None:
    """Nothing that is said without a session is lost, or mixed with another one's."""
    one, other = MemoryManagerService(), MemoryManagerService()
    name = config_service.list_locrits()[1]
    ids = await asyncio.gather(*[which.save_message(name, "user", "x") for which in (one, other) for _ in range(20)])
    summary = await one.get_full_memory_summary(name)
    assert len(set(ids)) == 40
    assert sorted(session["message_count"] for session in summary["sessions"]) == [20, 20]


if __name__ == "__main__":
    if sys.argv[1] == "at-once":
        asyncio.run(at_once())
    else:
        asyncio.run(main(sys.argv[1]))
        asyncio.run(main(sys.argv[1]))
    print("✅")
