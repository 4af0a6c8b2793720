"""Vectors for the tests of maps, the settings that they go through, and each map fitted once."""

import functools

import numpy as np

from components.core.mapping.projection import METHODS, Projection, ProjectionSettings, fit_projection
from components.core.numerics.similarity import normalise_rows

EVERY = [ProjectionSettings(method, dimensions) for method in METHODS for dimensions in (2, 3)]
NONLINEAR = [settings for settings in EVERY if settings.method != "PCA"]


def named(settings: ProjectionSettings) -> str:
    return f"{settings.method}-{settings.dimensions}"


def _vectors() -> np.ndarray:
    """90 vectors about six directions, of whole 1,024ths: float32 holds their cosines exactly.

    So neighbours that NumPy finds are at the same distances to the last digit, and a map of those is the same map.
    """
    rng = np.random.default_rng(0)
    about = np.repeat(rng.normal(size=(6, 12)), 15, axis=0) + 0.6 * rng.normal(size=(90, 12))
    grid: np.ndarray = ((normalise_rows(about) * 1_024).round() / 1_024).astype(np.float32)
    grid.setflags(write=False)
    return grid


UNITS = _vectors()


@functools.cache
def fit_once(settings: ProjectionSettings) -> Projection:
    """Return the map of UNITS for some settings, fitted once: umap-learn's first fit takes seconds."""
    return fit_projection(UNITS, settings)
