"""What the embedded model's runtime needs of the machine, checked before it could crash on it."""

import ctypes
import importlib.util
import platform
import sys
from pathlib import Path
from typing import Final

_CPU_FEATURES: Final = ("avx2", "fma")


def missing_requirement() -> str | None:
    """A sentence for people about the first thing that is missing, or None."""
    if importlib.util.find_spec("xllamacpp") is None:
        return "Its runtime is not installed: pip install -r requirements-embedded.txt"
    if sys.platform != "linux":
        return None
    if platform.machine() == "x86_64" and (missing := missing_cpu_features(Path("/proc/cpuinfo").read_text())):
        return f"This processor lacks {' and '.join(missing)}, which its runtime needs."
    if not _has_openmp():
        return "The OpenMP library is not installed: apt-get install libgomp1"
    return None


def missing_cpu_features(cpuinfo: str) -> list[str]:
    """`cpuinfo` is the text of /proc/cpuinfo; empty flags (some sandboxes hide them) count as present."""
    flags = next((line for line in cpuinfo.splitlines() if line.startswith("flags")), "")
    present = flags.partition(":")[2].split()
    return [feature.upper() for feature in _CPU_FEATURES if present and feature not in present]


def _has_openmp() -> bool:
    try:
        ctypes.CDLL("libgomp.so.1")
    except OSError:
        return False
    return True
