"""Find a Chromium or Chrome for the tests in a browser; as a program, install one where there is none.

`python -m tests.browser.get_browser` prints which one the tests use. The environment variable
ENCODERSCOPE_BROWSER names one that shall be used before all others.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from tests.browser.installing import find_or_install

VARIABLE = "ENCODERSCOPE_BROWSER"
# The shell without windows takes about half the time of the whole browser, which draws its own frame too.
ON_PATH = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """The browser to use: the one that ENCODERSCOPE_BROWSER names, one on the PATH, Playwright's own, or None."""
    named = os.environ.get(VARIABLE)
    if named:
        program = shutil.which(named)
        return program if program and _runs(program) else None
    candidates = [shutil.which(name) for name in ON_PATH]
    return next((found for found in candidates if found and _runs(found)), None) or _of_playwright()


def main() -> int:
    """Say which browser there is, installing one if needed; returns the exit status."""
    named = os.environ.get(VARIABLE)
    if named and find() is None:
        print(f"{VARIABLE} names {named}, which is no program that runs. Correct it or unset it.", file=sys.stderr)
        return 1
    found = find_or_install("Chromium or Chrome", find, _installers)
    if found is None:
        print(
            "No Chromium or Chrome could be found or installed. Install one so that it is on the PATH as "
            f"{', '.join(ON_PATH[:-1])} or {ON_PATH[-1]}, or name it in {VARIABLE}.",
            file=sys.stderr,
        )
        return 1
    print(f"Browser for the tests: {found}")
    return 0


def _installers() -> list[list[str]]:
    """What may bring a browser, most fitting first."""
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    is_root = getattr(os, "geteuid", lambda: -1)() == 0
    if Path("/etc/debian_version").exists() and shutil.which("apt-get") and is_root:
        # Debian's package brings the libraries that a browser needs; Ubuntu's may be an empty shell.
        install = "apt-get install -y chromium-headless-shell || apt-get install -y chromium"
        return [["sh", "-c", f"apt-get update && {{ {install}; }}"], own]
    return [own]


def _of_playwright() -> str | None:
    """The Chromium that `playwright install chromium` has put somewhere, if it has."""
    try:
        with sync_playwright() as playwright:
            program = playwright.chromium.executable_path
    except Error:
        return None
    return program if Path(program).is_file() and _runs(program) else None


def _runs(program: str) -> bool:
    """Whether it starts at all: a chromium-browser may be a script that only says how to install one."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    sys.exit(main())
