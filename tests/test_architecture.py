"""The rules of the code that no linter knows."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.errors import STATUS

ROOT = Path(__file__).resolve().parent.parent
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 60
NAMES_OF_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc"}
LOOP_OWNERS = {"backend/async_bridge.py", "backend/runtime/hub.py"}
LOOP_MAKERS = {"run_until_complete", "new_event_loop"}


def python_files(*folders: str) -> list[str]:
    return [str(path.relative_to(ROOT)) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


PRODUCT = [*python_files("src", "backend"), "web_app.py"]


def functions(path: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def parsed(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text())


@pytest.mark.parametrize("path", [*PRODUCT, *python_files("tools", "tests")])
def test_no_file_is_longer_than_one_can_hold_in_mind(path: str) -> None:
    assert len((ROOT / path).read_text().splitlines()) <= MAX_FILE_LINES


@pytest.mark.parametrize("path", [path for path in PRODUCT if "/migrations/versions/" not in path])
def test_no_function_is_longer_than_a_screen(path: str) -> None:
    too_long = [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno + 1 > MAX_FUNCTION_LINES]
    assert too_long == []


@pytest.mark.parametrize("path", [path for path in PRODUCT if path not in LOOP_OWNERS])
def test_only_the_bridge_and_the_runtime_make_event_loops(path: str) -> None:
    makers = [n.attr for n in ast.walk(parsed(path)) if isinstance(n, ast.Attribute) and n.attr in LOOP_MAKERS]
    assert makers == []


@pytest.mark.parametrize("path", python_files("src/stores/migrations/versions"))
def test_a_migration_imports_nothing_that_may_change_after_it(path: str) -> None:
    """What it makes of an old database stays the same, whatever becomes of the models and the stores."""
    nodes = list(ast.walk(parsed(path)))
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)}
    ours = {module for module in modules if module.partition(".")[0] in ("src", "backend", "tools", "")}
    assert ours <= {"src.stores.migrations"}


def test_what_catches_every_exception_is_rare() -> None:
    """Only where a task ends, or a foreign frame begins: elsewhere what can happen has a name."""
    caught = [names for path in PRODUCT for names in _caught(parsed(path))]
    broad = [names for names in caught if not names or names & {"Exception", "BaseException"}]
    assert len(broad) < 0.1 * len(caught)


def _caught(module: ast.Module) -> Iterator[set[str]]:
    """The names of each `except (A, B)` and of each `suppress(A, B)`."""
    for node in ast.walk(module):
        if isinstance(node, ast.ExceptHandler):
            yield set() if node.type is None else set(re.findall(r"\w+", ast.unparse(node.type)))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            yield {name for argument in node.args for name in re.findall(r"\w+", ast.unparse(argument))}


CALLER_MAKERS = {"backend/auth.py", "src/services/memory_manager.py", "src/services/tools/running.py"}
"""The doors: the network, a script, and a model that acts for the person whom it answers."""


@pytest.mark.parametrize("path", [path for path in PRODUCT if path not in CALLER_MAKERS])
def test_only_a_door_says_who_is_asking(path: str) -> None:
    called = [n.func for n in ast.walk(parsed(path)) if isinstance(n, ast.Call)]
    assert [f.id for f in called if isinstance(f, ast.Name) and f.id == "Caller"] == []
    names = [n.id for n in ast.walk(parsed(path)) if isinstance(n, ast.Name)]
    assert [name for name in names if name in ("LOCAL_USER", "OWNER")] == []


@pytest.mark.parametrize("path", PRODUCT)
def test_an_operations_id_and_its_time_go_together(path: str) -> None:
    """As a `Stamp`, or with all that makes an `Operation`."""
    parameters = {f.name: {a.arg for a in (*f.args.args, *f.args.kwonlyargs)} for f in functions(path)}
    assert [name for name, named in parameters.items() if "op_id" in named and named & {"now", "time", "now_ms"}] == []


def test_what_services_ask_of_stores_is_made_of_plain_values() -> None:
    """A store has no classes of its own that a request consists of; what is imported from it is machinery."""
    nodes = [node for path in python_files("src/services") for node in ast.walk(parsed(path))]
    imports = [n for n in nodes if isinstance(n, ast.ImportFrom) and (n.module or "").startswith("src.stores.")]
    classes = {alias.name for node in imports for alias in node.names if alias.name[0].isupper()}
    assert classes == {
        *("Database", "Snapshot", "UnitOfWork", "Effect", "Step", "Handler", "Job"),
        *("FileStore", "IncomingFile", "Derived", "Pull"),
    }


def test_only_one_place_looks_up_what_was_done_before() -> None:
    """`stores.ops`; forgetting takes the hashes away, and a check looks at all that there is."""
    users = {path for path in PRODUCT if re.search(r"from src\.models import .*\bops\b", (ROOT / path).read_text())}
    assert users == {"src/stores/ops.py", "src/stores/scrubbing.py"}


def test_every_module_is_named_for_what_it_holds() -> None:
    files = [*PRODUCT, *python_files("tools", "tests")]
    assert [path for path in files if NAMES_OF_NOTHING & set(Path(path).with_suffix("").parts)] == []


def test_the_locked_npm_packages_name_no_machine() -> None:
    """Neither a path nor a registry of whoever wrote the lock: `npm ci` must work everywhere."""
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    assert {name: entry["resolved"] for name, entry in packages.items() if "resolved" in entry} == {}


def test_every_failure_has_words_in_every_language() -> None:
    """The codes of the server and of the browser's engine. English is what they say themselves."""
    modules = [path for path in (ROOT / "frontend" / "src" / "core").glob("*.ts") if ".test." not in path.name]
    engine = "".join(path.read_text() for path in modules)
    words = (ROOT / "frontend" / "src" / "ui" / "text" / "fr.failures.ts").read_text()
    codes = {*STATUS, *re.findall(r"(?:code: |STORAGE_FULL = )'(\w+)'", engine)}
    assert {code for code in codes if f"\n  {code}: (" not in words} == set()
