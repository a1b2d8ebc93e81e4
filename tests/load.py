"""What a test may say of time on a machine that others use as well."""

import os


def slowed() -> float:
    """Returns how many times longer things take while others want the processors, at least 1."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
