"""Compiles the shim, and runs Python processes on top of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.steps import ROOT, StepFailed, must, once

SOURCE = Path(__file__).with_name("shim.c")
KEPT_IN = ROOT / ".cache" / "disk-shim"
SHIM = KEPT_IN / "shim.so"
FLAGS = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", str(SHIM), str(SOURCE), "-ldl", "-lpthread"]

COMPILER_PACKAGE = "ziglang==0.17.0"
"""For machines without a C compiler. It is large, so it is fetched only there."""
COMPILER_KEPT_IN = KEPT_IN / "ziglang"


def compiled() -> Path:
    """The shared library. Raises StepFailed with what the compiler said, or with why there is none."""
    if sys.platform != "linux":
        raise StepFailed("A disk that fails can only be simulated on Linux: the shim is preloaded into the process.")
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    once(KEPT_IN / "made-from", [SOURCE], lambda: must("disk shim", [*_compiler(), *FLAGS], env=_environment()))
    return SHIM


def run(module: str, *arguments: str, watched: Path, journal: Path, fault: Path | None = None, mutant: str = "") -> str:
    """What `python -m module` printed. Raises RuntimeError with that when it fails."""
    disk = {"LD_PRELOAD": str(compiled()), "DISK_WATCHED": str(watched), "DISK_JOURNAL": str(journal)}
    env = {**os.environ, **disk, "MUTANT": mutant}
    if fault is not None:
        env["DISK_FAULT"] = str(fault)
    command = [sys.executable, "-m", module, *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if ended.returncode:
        raise RuntimeError(f"{module} ended with {ended.returncode}:\n{ended.stdout[-8000:]}")
    return ended.stdout


def _compiler() -> list[str]:
    for name in ("cc", "gcc", "clang"):
        if shutil.which(name):
            return [name]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(COMPILER_KEPT_IN), COMPILER_PACKAGE]
    once(COMPILER_KEPT_IN / "made-from", [Path(__file__)], lambda: must("C compiler", command))
    return [sys.executable, "-m", "ziglang", "cc"]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(COMPILER_KEPT_IN)}
