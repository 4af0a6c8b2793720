"""Programs that the tests need: found, or installed where they are not."""

import subprocess
from collections.abc import Callable, Sequence


def find_or_install(
    name: str, find: Callable[[], str | None], installers: Callable[[], Sequence[list[str]]]
) -> str | None:
    """Return the program that find() finds, trying one installer after another until it does; None if none helps."""
    found = find()
    for command in [] if found else installers():
        print(f"There is no {name} here. Installing one: {' '.join(command)}", flush=True)
        subprocess.run(command, check=False)
        found = find()
        if found:
            break
    return found
