"""Train the three models of the page anew: `python -m components.ui.kinds.ship`, some minutes on one core.

Needed when the language, or what decides a training, has changed; a test says so.
"""

import argparse

from components.core.numerics import single_thread  # noqa: F401
from components.core.training.settings import Kind, TrainingSettings
from components.core.training.shipped_kinds import ship
from components.ui.assets import ASSETS
from components.ui.kinds.shipped import FOLDER, grammar

_SEED = 0


def main() -> None:
    """Train each kind, or the one that is named, on the same language, of the same size and for as many steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="?", choices=[kind.value for kind in Kind])
    named = parser.parse_args().kind
    (ASSETS / FOLDER).mkdir(exist_ok=True)
    for kind in Kind if named is None else [Kind(named)]:
        for training in ship(TrainingSettings(grammar(), kind=kind, seed=_SEED), ASSETS / FOLDER):
            step, loss = list(training.tests.items())[-1]
            print(f"{kind}: step {step}, loss {loss:.4f} nats", flush=True)


if __name__ == "__main__":
    main()
