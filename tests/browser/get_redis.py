"""Find redis-server for the tests of rooms that several machines share; as a program, install it where there is none.

`python -m tests.browser.get_redis` prints which one the tests use.
"""

import os
import shutil
import sys

from tests.browser.installing import find_or_install
from tests.support.redis_server import find_redis


def main() -> int:
    """Say which redis-server there is, installing one if needed; returns the exit status."""
    found = find_or_install("redis-server", find_redis, _installers)
    if found is None:
        print(
            "No redis-server could be found or installed. Install it so that it is on the PATH: `sudo apt-get install "
            "redis-server`, `brew install redis`.",
            file=sys.stderr,
        )
        return 1
    print(f"redis-server for the tests: {found}")
    return 0


def _installers() -> list[list[str]]:
    """What may bring it, most fitting first."""
    if shutil.which("apt-get") and getattr(os, "geteuid", lambda: -1)() == 0:
        return [["sh", "-c", "apt-get update && apt-get install -y redis-server"]]
    if shutil.which("brew"):
        return [["brew", "install", "redis"]]
    return []


if __name__ == "__main__":
    sys.exit(main())
