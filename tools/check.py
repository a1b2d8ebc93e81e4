"""Every check of the project: all run, all failures are shown, pytest comes last. Runs inside .venv."""

import argparse
import re
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import frontend
from tools.steps import ROOT, VENV, VENV_PYTHON, Result, run, tail

Check = Callable[[], Result]

PROTOCOL = ROOT / "frontend" / "src" / "protocol.gen.ts"
IN_PARALLEL = ["--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder"]
"""Two, for most have servers and browsers of their own. The tests of a file share theirs: they stay together."""
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
VITEST_SUMMARY = re.compile(r"^ *(?:FAIL|Test Files|Tests)  .*$", re.MULTILINE)
PYTEST_SUMMARY = re.compile(r"^(?:FAILED|ERROR) tests/.*$|^=+ .* in [\d.]+s.* =+$", re.MULTILINE)


def main() -> None:
    arguments = _arguments()
    started = time.monotonic()
    if arguments.lint:
        results = side_by_side([*PYTHON, SHAPE], [*NODE, NODE_SHAPE])
    else:
        results = [*side_by_side(PYTHON, [*NODE, BUILD]), _shown(VITEST()), pytest(arguments.pytest)]
    failed = [result.name for result in results if not result.ok]
    print(f"\n{len(results) - len(failed)} of {len(results)} checks passed in {time.monotonic() - started:.0f} s.")
    if failed:
        print(f"Not passed: {', '.join(failed)}. What each of them said is above.")
    _print_summaries(results)
    sys.exit(1 if failed else 0)


def side_by_side(*lanes: Sequence[Check]) -> list[Result]:
    """The checks of a lane in their order, and each lane on a core of its own."""
    with ThreadPoolExecutor() as pool:
        return [result for lane in pool.map(lambda lane: [_shown(check()) for check in lane], lanes) for result in lane]


def python(name: str, *module_and_arguments: str) -> Check:
    return lambda: run(name, [VENV_PYTHON, "-m", *module_and_arguments])


def npm(name: str, script: str, *arguments: str) -> Check:
    return lambda: run(name, ["npm", "run", script, *arguments], cwd=frontend.FRONTEND, env=frontend.node_environment())


def import_contracts() -> Result:
    return run("import contracts", [str(VENV / "bin" / "lint-imports")])


def generated_protocol() -> Result:
    """The TypeScript wire types say what the backend's models say. A stale file is renewed, and reported."""
    before = _content(PROTOCOL)
    result = npm("generated protocol", "generate")()
    if result.ok and _content(PROTOCOL) != before:
        print(f"       {PROTOCOL.relative_to(ROOT)} was stale. It is regenerated now: look at it and commit it.")
        return Result(result.name, 1, result.seconds, result.output)
    return result


def pytest(arguments: Sequence[str]) -> Result:
    colour = "yes" if sys.stdout.isatty() else "no"
    return run("pytest", [VENV_PYTHON, "-u", "-m", "pytest", *IN_PARALLEL, f"--color={colour}", *arguments], live=True)


PYTHON = [
    python("ruff check", "ruff", "check"),
    python("ruff format", "ruff", "format", "--check"),
    python("mypy", "mypy"),
    import_contracts,
]
NODE = [generated_protocol, npm("biome", "lint"), npm("tsc", "typecheck")]
SHAPE = python("architecture", "pytest", "-q", "tests/test_architecture.py")
NODE_SHAPE = npm("architecture of the frontend", "test", "tests/architecture.test.ts")
"""How long files and functions may be, and who may call whom. Lint runs these tests, and no other."""
BUILD = python("vite build", "tools.frontend")
VITEST = npm("vitest", "test")


def _shown(result: Result) -> Result:
    if not result.ok:
        print(tail(result.output, lines=200), flush=True)
    return result


def _print_summaries(results: Sequence[Result]) -> None:
    """What failed, and the runners' own closing lines, pytest's last: that is the one that CI reads."""
    for name, pattern in (("vitest", VITEST_SUMMARY), ("pytest", PYTEST_SUMMARY)):
        for result in results:
            if result.name == name:
                print("\n".join(pattern.findall(COLOURS.sub("", result.output))), flush=True)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.check", description=__doc__)
    parser.add_argument(
        "--lint",
        action="store_true",
        help="only the checks that start nothing: style, types, boundaries, generated code, shape",
    )
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    return parser.parse_args()


if __name__ == "__main__":
    main()
