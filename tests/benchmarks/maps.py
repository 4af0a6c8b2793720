"""The Sentence map: making maps beside umap-learn as it comes, encoding, reruns of the page, and 20,000 dots.

The sentences are the shipped ones joined in pairs: as many as wanted, each once, and each of real words.
"""

import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer
from streamlit.testing.v1 import AppTest

from components.core import Encoder, load_encoder
from components.core.mapping import projection
from components.core.mapping.neighbours import map_quality
from components.core.mapping.projection import ProjectionSettings, fit_projection
from components.core.model.encoder import fast_precision
from components.core.model.loading import bundled_directory
from components.core.numerics.device import device
from components.core.numerics.similarity import normalise_rows
from components.core.storage.cached_encoding import encode_with_store
from components.core.storage.vector_store import VectorStore
from components.ui.sentence_map import warming
from components.ui.sentence_map.sentences import shipped
from components.ui.sentence_map.session import NEIGHBOURS
from components.ui.stage.line import page_entry
from tests.benchmarks.bare import MOVING, PATIENCE, SCREEN, browsing, files_of, served, time_to_paint
from tests.benchmarks.measure import Measurement, median_ms, side_by_side
from tests.support.visit import Visit

_SIZES = (300, 2_000, 6_000)
_UMAP = "umap-learn as it comes"
_PLAIN = "sentence-transformers, batches of 32"
_SCREENS = page_entry("Sentence map").screens
_ROUNDS = 3
_SESSIONS, _EACH = 8, 300
_DOTS = 20_000
_STANDS = "document.querySelector('.stage[data-drawn]')"


def measure() -> Iterator[Measurement]:
    """Maps of 300, 2,000 and 6,000 sentences, eight sessions at once, encoding, reruns, and the view of 20,000 dots."""
    encoder = load_encoder()
    sentences = joined(max(_SIZES))
    units = normalise_rows(encoder.encode(sentences))
    with _process() as unmeasured:
        # Whoever comes first reads umap-learn from a cold disk.
        unmeasured.submit(_stock_map, units[: _SIZES[0]]).result()
    for count in _SIZES:
        yield from _maps(units[:count])
    yield from _warmed(units)
    yield from _encoding(encoder, sentences[:1_000], "1,000 sentences in pairs")
    yield from _encoding(encoder, shipped().sentences, "the 240 shipped sentences")
    yield from _reruns()
    for dimensions in (2, 3):
        yield from _view(dimensions)


def joined(count: int) -> list[str]:
    """So many sentences, each made of two different shipped ones, in the same order every time."""
    first, second = _pairs(count)
    known = shipped().sentences
    return [f"{known[one]} {known[other]}" for one, other in zip(first, second, strict=True)]


def _pairs(count: int) -> tuple[np.ndarray, np.ndarray]:
    known = len(shipped().sentences)
    drawn = np.random.default_rng(0).permutation(known * (known - 1))[:count]
    first, second = np.divmod(drawn, known - 1)
    # Counted without the first sentence itself.
    return first, second + (second >= first)


# ---------------------------------------------------------------- maps


def _maps(units: np.ndarray) -> Iterator[Measurement]:
    """Ours and umap-learn's, each in a process of its own: what one has compiled does not serve the other."""
    of = f"{len(units):,} sentences"
    makers = (_our_map, _stock_map)
    with ExitStack() as open_processes:
        processes = [open_processes.enter_context(_process()) for _ in makers]

        def both() -> list[tuple[float, np.ndarray]]:
            return [each.submit(make, units).result() for each, make in zip(processes, makers, strict=True)]

        (ours, points), (stocks, stock_points) = both()
        yield Measurement(f"first map of {of}, import and compiling included", ours, "ms", _UMAP, stocks)
        rounds = [both() for _ in range(_ROUNDS)]
    ours, stocks = (statistics.median(taken for taken, _ in each) for each in zip(*rounds, strict=True))
    yield Measurement(f"a later map of {of}", ours, "ms", _UMAP, stocks)
    kept = [_kept(units, each) for each in (points, stock_points)]
    yield Measurement(f"{NEIGHBOURS} nearest neighbours that a map of {of} keeps", kept[0], "%", _UMAP, kept[1])


def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))


def _our_map(units: np.ndarray) -> tuple[float, np.ndarray]:
    """Milliseconds, and the map."""
    start = time.perf_counter()
    points = fit_projection(units, ProjectionSettings()).points
    return (time.perf_counter() - start) * 1000, points


def _stock_map(units: np.ndarray) -> tuple[float, np.ndarray]:
    """Milliseconds, and the map. Both pay for importing umap-learn; what else they need is loaded before they begin."""
    start = time.perf_counter()
    import umap

    with warnings.catch_warnings():
        # That a seed leaves it one thread, which ours has too.
        warnings.filterwarnings("ignore", message="n_jobs")
        points = umap.UMAP(n_neighbors=15, min_dist=0.1, metric="cosine", random_state=0).fit_transform(units)
    return (time.perf_counter() - start) * 1000, points


def _kept(units: np.ndarray, points: np.ndarray) -> float:
    quality = map_quality(units, points, NEIGHBOURS)
    assert quality is not None
    return 100 * quality.recall


def _warmed(units: np.ndarray) -> Iterator[Measurement]:
    """A server that has compiled everything: a map and its quality, and eight sessions at once."""
    projection.warm()
    for count in _SIZES[:2]:
        some = units[:count]
        fit = median_ms(lambda some=some: fit_projection(some, ProjectionSettings()), rounds=_ROUNDS, warm=1)  # type: ignore[misc]
        yield Measurement(f"map of {count:,} sentences, warmed server", fit, "ms")
        both = median_ms(lambda some=some: _kept(some, _our_map(some)[1]), rounds=_ROUNDS, warm=1)  # type: ignore[misc]
        yield Measurement(f"map of {count:,} sentences and its quality, warmed server", both, "ms")
    sets = [units[start : start + _EACH] for start in range(0, _SESSIONS * _EACH, _EACH)]
    with ThreadPoolExecutor(_SESSIONS) as sessions:
        start = time.perf_counter()
        list(sessions.map(_our_map, sets))
        taken = time.perf_counter() - start
    yield Measurement(f"{_SESSIONS} sessions that each map {_EACH} sentences, until all are done", taken, "s")


# ---------------------------------------------------------------- encoding


def _encoding(encoder: Encoder, sentences: Sequence[str], of: str) -> Iterator[Measurement]:
    """Sentences a second: more is better."""
    plain = SentenceTransformer(str(bundled_directory()), device=device())

    def theirs() -> object:
        return plain.encode(list(sentences), batch_size=32, show_progress_bar=False)

    def beside(ours: Callable[[], object]) -> tuple[float, float]:
        one, other = side_by_side(ours, theirs, rounds=_ROUNDS)
        return len(sentences) * 1000 / one, len(sentences) * 1000 / other

    unit = "sentences/s"
    ours, plains = beside(lambda: encoder.encode(sentences))
    yield Measurement(f"encoding {of}", ours, unit, _PLAIN, plains)
    if fast_precision() is not None:
        fast, plains = beside(lambda: encoder.encode(sentences, fast=True))
        yield Measurement(f"encoding {of}, fast", fast, unit, _PLAIN, plains)
    with TemporaryDirectory() as folder:
        store = VectorStore(Path(folder) / "vectors.sqlite")
        encode_with_store(encoder, sentences, store)
        kept = len(sentences) * 1000 / median_ms(lambda: encode_with_store(encoder, sentences, store))
    yield Measurement(f"finding {of} on disk", kept, unit, "encoding them", ours)


# ---------------------------------------------------------------- the page


def _reruns() -> Iterator[Measurement]:
    """The server's time for each screen about the shipped sentences, with one of them selected."""
    warming.warm()
    for screen in _SCREENS:
        visit = Visit("Sentence map", screen=screen)
        assert visit.app.session_state["screen"] == screen
        visit.put("selected", shipped().sentences[:1])
        yield Measurement(
            f"rerun of sentence_map, {screen}, 240 sentences, one selected", median_ms(visit.app.run, rounds=7), "ms"
        )


# ---------------------------------------------------------------- the view


def _view(dimensions: int) -> Iterator[Measurement]:
    """20,000 dots: what is sent, until they are painted, and frames while pointed at and while all of them move."""
    sent = _sent(dimensions)
    of = f"{_DOTS:,} dots in {dimensions}-D"
    yield Measurement(f"{of}, bytes sent, with the view's own script", sent.ByteSize(), "bytes")
    times = []
    for _ in range(_ROUNDS):
        taken = time_to_paint(files_of(sent), _STANDS)
        assert isinstance(taken, float), f"The map {taken}."
        times.append(taken)
    yield Measurement(f"{of}, from navigation until painted", statistics.median(times), "ms")
    pointed, dragged = _frames(sent)
    moving = "turning" if dimensions == 3 else "dragging"
    for doing, frames in (("pointing at", pointed), (moving, dragged)):
        for name, place in (("median", 50), ("95th percentile", 95)):
            value = float(np.percentile(frames, place))
            yield Measurement(f"{doing} {of} for 2 s, from frame to frame, {name}", value, "ms")


def _sent(dimensions: int) -> Any:
    """Streamlit's message to the browser for a map of sentences in pairs, in the colours of their first halves."""
    known = shipped()
    assert known.labels is not None
    labels = list(dict.fromkeys(known.labels))
    sentences = joined(_DOTS)
    # A map of any vectors will do, and these take a second.
    vectors = normalise_rows(load_encoder().static_means(sentences))
    given = {
        "points": fit_projection(vectors, ProjectionSettings("PCA", dimensions)).points,
        "says": sentences,
        "labels": labels,
        "group_of": np.array([labels.index(known.labels[first]) for first in _pairs(_DOTS)[0]]),
    }
    page = AppTest.from_function(_page, kwargs=given, default_timeout=60).run()
    assert not page.exception
    return page.get("bidi_component")[0].proto


def _page(points: "np.ndarray", says: list[str], labels: list[str], group_of: "np.ndarray") -> None:
    """A page with nothing but the map. AppTest runs it by itself, so what it needs it imports."""
    from components.views.scatter import Group, scatter

    scatter(
        points,
        says,
        [Group(label) for label in labels],
        group_of,
        key="map",
        alt="Map of sentences",
        file="encoderscope-map",
        channel="sentences",
        height=560,
        on_pick=lambda _: None,
    )


def _frames(sent: Any) -> tuple[list[float], list[float]]:
    """Milliseconds from frame to frame: while a pointer moves over the dots, and while it drags them."""
    with served(files_of(sent)) as origin, browsing() as browser:
        page = browser.new_page(viewport=SCREEN)
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{origin}/")
        stage = page.locator(".stage[data-drawn]")
        pointed: list[float] = stage.evaluate(MOVING, 0.49)
        assert page.locator(".tip").text_content()
        where = "(stage) => String(stage.placeOf(0))"
        before = stage.evaluate(where)
        stage.hover()
        page.mouse.down()
        # Not so far that dots leave the stage, which need no drawing.
        dragged: list[float] = stage.evaluate(MOVING, 0.1)
        assert stage.evaluate(where) != before
        page.mouse.up()
    return pointed, dragged
