"""Groups of sentence vectors, found on the vectors themselves and not on a picture of them; and what they are about.

N sentences, their vectors as unit rows (see similarity.unit_rows), C clusters. An array of clusters gives each
sentence its cluster's number: 0 is the largest, and a sentence that belongs to none has NOISE.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array, sparray
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, homogeneity_completeness_v_measure, silhouette_score
from sklearn.metrics.pairwise import cosine_distances

from components.core.errors import MapError
from components.core.numerics.similarity import paired_cosines
from components.core.numerics.single_thread import one_thread
from components.core.text.content_words import count_content_words

#: The number of those that HDBSCAN puts into no cluster.
NOISE: Final = -1

#: Sentences that a silhouette is measured on, at most. Of more, a sample of so many stands for all.
SILHOUETTE_SAMPLE: Final = 2_000

#: HDBSCAN takes minutes and gigabytes for more.
MOST_FOR_HDBSCAN: Final = 6_000

_WORDS = 5


def k_means(units: np.ndarray, k: int, seed: int = 0) -> np.ndarray:
    """The clusters with the least squared distance to their means (Lloyd 1982), the best of ten starts.

    units: (N, D). k: at least 1, else ValueError; lowered to the number of distinct rows. Rows that differ in no more
    than their last digits may share a cluster even so, and leave fewer than k. Returns (N,) numbers from 0.

    >>> k_means(np.array([[1.0, 0.0], [0.0, 1.0], [0.1, 0.995]]), 2)
    array([1, 0, 0])
    """
    if not len(units):
        return np.empty(0, dtype=int)
    fit = KMeans(min(k, _distinct_rows(units)), n_init=10, random_state=seed)
    # In one thread: several add up in an order of their own, and where cores are shared they wait for each other at
    # every step, which takes five times as long.
    with one_thread(), warnings.catch_warnings():
        # That there are fewer clusters than asked for.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return _renumbered(fit.fit_predict(units))


def hdbscan(units: np.ndarray, smallest: int) -> np.ndarray:
    """The clusters that stay dense over the widest range of densities (Campello, Moulavi and Sander 2013).

    Distances are Euclidean. Between unit vectors these order pairs as cosines do: |a − b|² = 2 − 2 cos. All sentences
    together are never one cluster: where there are no two, all are noise.

    units: (N, D). smallest: the fewest members of a cluster, at least 2, else ValueError. Returns (N,) numbers from 0,
    or NOISE. Takes 16 N² bytes: 0.6 GB for 6,000 sentences, and raises MapError for more than MOST_FOR_HDBSCAN.
    """
    if smallest < 2:
        raise ValueError(f"A cluster of at least {smallest} was asked for; it takes 2.")
    if len(units) > MOST_FOR_HDBSCAN:
        raise MapError(
            f"HDBSCAN compares each of {len(units):,} sentences with each, which takes minutes and gigabytes; it is "
            f"offered up to {MOST_FOR_HDBSCAN:,}. Take k-means."
        )
    if len(units) < smallest:
        return np.full(len(units), NOISE)
    # scikit-learn would choose a tree of balls or boxes, which with hundreds of dimensions takes ten times as long.
    fit = HDBSCAN(min_cluster_size=smallest, algorithm="brute", copy=True)
    return _renumbered(fit.fit_predict(units))


def silhouettes(units: np.ndarray, counts: Sequence[int], seed: int = 0) -> np.ndarray:
    """How well k-means separates the sentences into k clusters, for each k: from −1 to 1, more is better.

    The mean silhouette (Rousseeuw 1987) with cosine distance, 1 − cos. Clusters are found on all sentences and measured
    on SILHOUETTE_SAMPLE of them.

    units: (N, D). Returns (len(counts),); not a number where k is below 2 or not below the number of distinct rows, or
    where the sentences measured lie in one cluster.
    """
    scores = np.full(len(counts), np.nan)
    distinct = _distinct_rows(units)
    possible = [place for place, k in enumerate(counts) if 2 <= k < distinct]
    if not possible:
        return scores
    size = min(len(units), SILHOUETTE_SAMPLE)
    measured = np.sort(np.random.default_rng(seed).choice(len(units), size, replace=False))
    distances = cosine_distances(units[measured].astype(np.float64))
    for place in possible:
        clusters = k_means(units, counts[place], seed)[measured]
        if 1 < len(np.unique(clusters)) < size:
            scores[place] = silhouette_score(distances, clusters, metric="precomputed")
    return scores


@dataclass(frozen=True, eq=False)
class Cluster:
    """A group of M sentences, or all that are noise."""

    number: int
    members: np.ndarray  # (M,) places, ascending
    words: tuple[str, ...]  # what sets it apart, most telling first, at most 5; none for noise
    central: (
        int | None
    )  # the member with the highest cosine with the members' mean; None for noise, which has no middle
    tightness: float  # mean cosine of the members with their mean


def describe_clusters(clusters: np.ndarray, units: np.ndarray, sentences: Sequence[str]) -> tuple[Cluster, ...]:
    """Each cluster's members, middle and telling words: the largest cluster first, noise last.

    Words are weighed by class_tf_idf(), with noise as a class among the others; of equal weight, they come in
    alphabetical order. Of members equally central it is the first.

    clusters: (N,). units: (N, D).
    """
    described = []
    order = _in_order(clusters)
    for number, words in zip(order, _telling_words(clusters, order, sentences), strict=True):
        members = np.flatnonzero(clusters == number)
        vectors = units[members].astype(np.float64)
        cosines = paired_cosines(vectors, vectors.mean(axis=0))
        noise = number == NOISE
        # Rounded, so that the last digit does not choose between equal sentences.
        central = None if noise else int(members[cosines.round(6).argmax()])
        described.append(Cluster(number, members, () if noise else words, central, float(cosines.mean())))
    return tuple(described)


def class_tf_idf(counts: np.ndarray | sparray) -> csr_array:
    """How telling each word is of each class: tf · log(1 + A / f).

    tf is how often the class holds the word, f how often all classes do, A the mean number of words in a class
    (Grootendorst 2022, "BERTopic", section 3.3). The BERTopic library divides tf by the class's number of words and
    cuts A to a whole number; the first leaves the order of a class's words as it is.

    counts: (C, V). Returns (C, V).

    >>> class_tf_idf(np.array([[2, 1], [0, 1]])).toarray().round(2)
    array([[1.39, 0.69],
           [0.  , 0.69]])
    """
    weights = csr_array(counts, dtype=np.float64, copy=True)
    weights.eliminate_zeros()
    frequencies = weights.sum(axis=0)
    words_per_class = weights.sum() / max(1, weights.shape[0])
    weights.data *= np.log1p(words_per_class / frequencies[weights.indices])
    return weights


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far clusters found agree with labels given. L labels, C clusters; noise counts as a cluster of its own."""

    table: np.ndarray  # (L, C): how many sentences have the label and are in the cluster
    labels: tuple[str, ...]  # in order of appearance
    clusters: tuple[int, ...]  # numbers, as describe_clusters() orders them
    adjusted_rand: float  # pairs that both hold together or apart: 0 as by chance, 1 the same groups
    v_measure: float  # harmonic mean of the next two
    homogeneity: float  # 0 to 1: clusters hold one label each
    completeness: float  # 0 to 1: labels lie in one cluster each


def agreement(labels: Sequence[str], clusters: np.ndarray) -> Agreement:
    """Compare clusters with labels, both of the same N sentences.

    The adjusted Rand index is Hubert and Arabie's (1985), the V-measure Rosenberg and Hirschberg's (2007), both as
    scikit-learn computes them.
    """
    names, numbers = tuple(dict.fromkeys(labels)), _in_order(clusters)
    rows, columns = ({name: place for place, name in enumerate(side)} for side in (names, numbers))
    given = np.array([rows[label] for label in labels], dtype=int)
    found = np.array([columns[number] for number in clusters.tolist()], dtype=int)
    table = np.zeros((len(names), len(numbers)), dtype=int)
    np.add.at(table, (given, found), 1)
    homogeneity, completeness, v_measure = homogeneity_completeness_v_measure(given, found)
    return Agreement(
        table=table,
        labels=names,
        clusters=numbers,
        adjusted_rand=float(adjusted_rand_score(given, found)),
        v_measure=float(v_measure),
        homogeneity=float(homogeneity),
        completeness=float(completeness),
    )


def _distinct_rows(units: np.ndarray) -> int:
    # Adding 0 makes a −0, which has bytes of its own, a 0.
    return len({row.tobytes() for row in units + 0})


def _renumbered(found: np.ndarray) -> np.ndarray:
    """Clusters numbered from 0 by size, the largest first; of equal size, by their first members."""
    renumbered = np.full(len(found), NOISE)
    clustered = found != NOISE
    _, firsts, places, sizes = np.unique(found[clustered], return_index=True, return_inverse=True, return_counts=True)
    ranks = np.empty(len(sizes), dtype=int)
    ranks[np.lexsort((firsts, -sizes))] = np.arange(len(sizes))
    renumbered[clustered] = ranks[places]
    return renumbered


def _in_order(clusters: np.ndarray) -> tuple[int, ...]:
    """The numbers of the clusters: the largest first, noise last."""
    numbers, sizes = np.unique(clusters, return_counts=True)
    size_of = dict(zip(numbers.tolist(), sizes.tolist(), strict=True))
    return tuple(sorted(size_of, key=lambda number: (number == NOISE, -size_of[number], number)))


def _telling_words(clusters: np.ndarray, numbers: Sequence[int], sentences: Sequence[str]) -> list[tuple[str, ...]]:
    counts, words = count_content_words(sentences)
    members = csr_array(np.equal.outer(np.array(numbers, dtype=int), clusters), dtype=int)
    weights = class_tf_idf(members @ counts)
    telling = []
    for start, end in zip(weights.indptr[:-1], weights.indptr[1:], strict=True):
        places = weights.indices[start:end]
        best = places[np.lexsort((places, -weights.data[start:end]))][:_WORDS]
        telling.append(tuple(words[place] for place in best))
    return telling
