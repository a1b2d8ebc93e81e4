"""A made-up kind of entity, a made-up kind of part of a message and a made-up operation, in a tree of their own: `tree`
has their files, `ENTRIES` what else changes. Everything else must go on as it is, and compile."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory

ROOT = Path(__file__).parents[2]
OWN = Path(__file__).parent / "tree"
MIGRATION = "src/stores/migrations/versions/9999_notes.py"

ENTRIES = {
    "src/entities/changes.py": (
        "    MessageChange\n    | ConversationChange",
        "    NoteChange\n    | MessageChange\n    | ConversationChange",
    ),
    "src/entities/parts.py": ("[TextPart | ReasoningPart", "[MoodPart | TextPart | ReasoningPart"),
    "backend/routes/__init__.py": ("ALL = (\n", "ALL = (\n    NoteRoutes,\n"),
    "frontend/src/core/entities/index.ts": ("const REGISTRY = { ", "const REGISTRY = { notes, "),
    "frontend/src/core/commands/index.ts": ("const REGISTRY = {\n", "const REGISTRY = {\n  'note.save': saveNote,\n"),
}
"""One for each kind and one for the operation, on either side; this page draws parts in `ui/chat/parts/kinds.ts`."""
IMPORTS = {
    "src/entities/changes.py": "from src.entities.notes import NoteChange",
    "src/entities/parts.py": "from src.entities.moods import MoodPart",
    "backend/routes/__init__.py": "from backend.routes.notes import NoteRoutes",
    "frontend/src/core/entities/index.ts": "import { notes } from './notes';",
    "frontend/src/core/commands/index.ts": "import { saveNote } from './notes';",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tree")
    left_out = shutil.ignore_patterns("node_modules", "dist", "__pycache__", "ui", "*.test.ts", "data")
    for part in ("src", "backend", "frontend"):
        shutil.copytree(ROOT / part, made / part, ignore=left_out)
    (made / "frontend/node_modules").symlink_to(ROOT / "frontend/node_modules")
    head = ScriptDirectory(str(ROOT / "src/stores/migrations")).get_current_head()
    shutil.copytree(OWN, made, dirs_exist_ok=True)
    _change(made / MIGRATION, "HEAD", str(head))
    for name, (before, after) in ENTRIES.items():
        _change(made / name, before, after)
        _after_its_docstring(made / name, IMPORTS[name])
    return made


@pytest.fixture(scope="module")
def told(tree: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_run(tree, sys.executable, "story.py", f"sqlite:///{tree}/notes.db"))
    return told


def test_the_server_stores_tells_logs_and_verifies_it(told: dict[str, Any]) -> None:
    story = told["story"]
    assert story["sent"] == story["logged"]
    assert (story["sent"]["type"], story["sent"]["payload"]["title"]) == ("note.created", "made up")
    assert story["sound"]
    assert any("title differ" in problem for problem in story["problems"]), story["problems"]


def test_the_server_logs_keeps_and_verifies_a_part_of_its_kind(told: dict[str, Any]) -> None:
    assert told["story"]["parts"] == [{"type": "mood", "text": "glad"}, {"type": "text"}]


@pytest.fixture(scope="module")
def frontend(tree: Path, told: dict[str, Any]) -> Path:
    """With the types that follow from what the server says of itself; without the interface."""
    (tree / "openapi.json").write_text(json.dumps(told["document"]))
    engine = {"extends": "./tsconfig.json", "include": ["src/core", "tests/fakes"]}
    (tree / "frontend/tsconfig.core.json").write_text(json.dumps(engine))
    _run(tree / "frontend", "node", "scripts/generate.mjs", "../openapi.json")
    return tree / "frontend"


def test_the_browser_s_engine_keeps_sends_and_follows_it(frontend: Path) -> None:
    assert _compiled(frontend) == ""
    _run(frontend, "node_modules/.bin/vitest", "run", "--project", "core", "src/core/notes.test.ts")


def test_an_event_that_no_registry_knows_does_not_compile(frontend: Path) -> None:
    registry = frontend / "src/core/entities/index.ts"
    complete = registry.read_text()
    _change(registry, "const REGISTRY = { notes, ", "const REGISTRY = { ")
    told = _compiled(frontend)
    registry.write_text(complete)
    assert "src/core/entities/index.ts" in told
    assert "does not satisfy the constraint 'never'" in told


def _compiled(frontend: Path) -> str:
    """What the compiler says."""
    tsc = ["node_modules/.bin/tsc", "-p", "tsconfig.core.json"]
    return subprocess.run(tsc, cwd=frontend, capture_output=True, text=True, check=False).stdout


def _change(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert text.count(before) == 1, f"{file.name} has another form now"
    file.write_text(text.replace(before, after))


def _after_its_docstring(file: Path, line: str) -> None:
    """Where an import may stand in both languages: before the first other one."""
    text = file.read_text()
    at = min(text.find(word) for word in ("\nfrom ", "\nimport ") if word in text) + 1 if file.suffix == ".py" else 0
    file.write_text(f"{text[:at]}{line}\n{text[at:]}")


def _run(where: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
