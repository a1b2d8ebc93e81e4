"""The machine's own package manager, where we may use it: as root on Debian and its relatives."""

import os
import shutil

from tools.steps import Result, run


def apt_install(name: str, *packages: str) -> Result | None:
    """None where there is no apt or no right to use it."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("package lists of the system", ["apt-get", "update"], env=environment)
    return run(name, ["apt-get", "install", "-y", "--no-install-recommends", *packages], env=environment)
