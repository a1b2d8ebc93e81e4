"""What a browser gives back of an artifact that the server has, too."""

from src.entities import Artifact, ClientArtifact, ClientRows
from tests.store import Store, on_each_database
from tests.stores.test_artifacts import made

HALF = "Here it is:\n\n```html\n<!doctype html>\n<title>Clock</title>\n<p>12:00</p>\n"
MORE = "<p>12:01</p>\n"


async def _with(store: Store, content: str, rev: int) -> tuple[Artifact, Artifact]:
    """What the server made of a reply that was cut off, and what it is when a browser gives back another."""
    _, ours = await made(store, HALF)
    theirs = ours.model_copy(update={"content": content, "rev": rev})
    await store.history.merge(ours.conversation_id, [], rows=ClientRows([], [ClientArtifact(theirs, [])]))
    return ours, await store.artifacts.artifact(ours.id)


@on_each_database
async def test_what_was_cut_off_here_is_as_whole_as_the_browser_has_it(store: Store) -> None:
    ours, now = await _with(store, f"<!doctype html>\n<title>Clock</title>\n<p>12:00</p>\n{MORE}", 1)
    assert (now.content, now.version) == (ours.content + MORE, 2)
    assert [version.content for version in await store.artifacts.versions(ours.id)] == [now.content, ours.content]


@on_each_database
async def test_what_says_something_else_is_a_version_behind_ours(store: Store) -> None:
    ours, now = await _with(store, "<p>Another", 1)
    assert (now.content, now.version) == (ours.content, 3)
    said = [version.content for version in await store.artifacts.versions(ours.id)]
    assert said == [ours.content, "<p>Another", ours.content]
