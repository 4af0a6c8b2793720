"""Find HAProxy for the tests of several replicas; as a program, install it where there is none.

`python -m tests.browser.get_haproxy` prints which one the tests use.
"""

import os
import shutil
import sys

from deploy.serve import find_haproxy
from tests.browser.installing import find_or_install


def main() -> int:
    """Say which HAProxy there is, installing one if needed; returns the exit status."""
    found = find_or_install("HAProxy", find_haproxy, _installers)
    if found is None:
        print(
            "No HAProxy could be found or installed. Install it so that it is on the PATH: `sudo apt-get install "
            "haproxy`, `brew install haproxy`.",
            file=sys.stderr,
        )
        return 1
    print(f"HAProxy for the tests: {found}")
    return 0


def _installers() -> list[list[str]]:
    """What may bring it, most fitting first."""
    if shutil.which("apt-get") and getattr(os, "geteuid", lambda: -1)() == 0:
        return [["sh", "-c", "apt-get update && apt-get install -y haproxy"]]
    if shutil.which("brew"):
        return [["brew", "install", "haproxy"]]
    return []


if __name__ == "__main__":
    sys.exit(main())
