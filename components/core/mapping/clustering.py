"""Clusters of sentence vectors and their characteristic words.

Clusters are found on the vectors, not on their map. N sentences with unit vectors of D dimensions, C clusters. An array
of cluster numbers has one for each sentence: 0 is the largest cluster, NOISE stands for no cluster.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import csr_array, sparray
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import (
    adjusted_rand_score,
    homogeneity_completeness_v_measure,
    silhouette_score,
    v_measure_score,
)
from sklearn.metrics.pairwise import cosine_distances

from components.core.errors import MapError
from components.core.numerics.lanes import long_turn
from components.core.numerics.similarity import paired_cosines
from components.core.text.content_words import count_content_words

#: The number of sentences that HDBSCAN puts into no cluster.
NOISE: Final = -1

#: The most sentences that a silhouette is measured on; of more, a random sample of this size.
SILHOUETTE_SAMPLE: Final = 2_000

#: The most sentences for HDBSCAN, which takes minutes and gigabytes for more.
MOST_FOR_HDBSCAN: Final = 6_000

# The sentences that the density at a sentence is measured over, itself included.
_DENSITY_OVER = 2

# The characteristic words of a cluster.
_WORDS = 5
# Enough for two digits of a mean, and quick with twenty thousand sentences.
_SHUFFLES = 20


def k_means(unit_vectors: Float[np.ndarray, "N D"], k: int, seed: int = 0) -> Int[np.ndarray, " N"]:
    """Return the clusters with the smallest squared distances to their means (Lloyd 1982), the best of ten starts.

    k: at least 1, else ValueError; lowered to the number of distinct rows. There are fewer than k clusters where rows
    differ only in their last digits.

    >>> k_means(np.array([[1.0, 0.0], [0.0, 1.0], [0.1, 0.995]]), 2)
    array([1, 0, 0])
    """
    if not len(unit_vectors):
        return np.empty(0, dtype=int)
    fit = KMeans(min(k, _distinct_rows(unit_vectors)), n_init=10, random_state=seed)
    # In one thread: several threads add numbers in varying order, and on shared cores they wait for each other at every
    # step, which takes five times as long.
    with long_turn(), warnings.catch_warnings():
        # Fewer clusters than k are no reason for a warning.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return _renumber(fit.fit_predict(unit_vectors))


def hdbscan(unit_vectors: Float[np.ndarray, "N D"], smallest: int) -> Int[np.ndarray, " N"]:
    """Return the densest parts that a hierarchy by density cannot part further: its leaves (Campello et al. 2013).

    The leaves are taken and not the clusters that persist longest, since of many sentences one of those mostly holds
    nearly all: vectors of hundreds of dimensions are about equally far from each other. For the same reason a
    sentence's density is that of its nearest neighbour, and not of its fifth.

    Distances are Euclidean; between unit vectors they order pairs as cosines do: |a − b|² = 2 − 2 cos. There is never
    exactly one cluster: without two, all sentences are noise.

    smallest: the minimum size of a cluster, at least 2, else ValueError. Takes 16 N² bytes: 0.6 GB for 6,000 sentences.
    Raises MapError for more than MOST_FOR_HDBSCAN.
    """
    if smallest < 2:
        raise ValueError(f"A cluster of at least {smallest} was asked for; it takes 2.")
    if len(unit_vectors) > MOST_FOR_HDBSCAN:
        raise MapError(
            f"HDBSCAN compares each of {len(unit_vectors):,} sentences with each, which takes minutes and gigabytes; "
            f"it is offered up to {MOST_FOR_HDBSCAN:,}. Take k-means."
        )
    if len(unit_vectors) < smallest:
        return np.full(len(unit_vectors), NOISE)
    # scikit-learn would choose a ball tree or k-d tree, which takes ten times as long with hundreds of dimensions.
    fit = HDBSCAN(
        min_cluster_size=smallest,
        min_samples=_DENSITY_OVER,
        cluster_selection_method="leaf",
        algorithm="brute",
        copy=True,
    )
    return _renumber(fit.fit_predict(unit_vectors))


def silhouettes(
    unit_vectors: Float[np.ndarray, "N D"], counts: Sequence[int], seed: int = 0
) -> Float[np.ndarray, " K"]:
    """Return the mean silhouette of k-means for each of K numbers of clusters: from −1 to 1, higher is better.

    The silhouette (Rousseeuw 1987) uses the cosine distance, 1 − cos. Clusters are found on all sentences and measured
    on at most SILHOUETTE_SAMPLE of them.

    The value is NaN if k is below 2, if k is not below the number of distinct rows, or if all measured sentences lie in
    one cluster.
    """
    scores = np.full(len(counts), np.nan)
    distinct = _distinct_rows(unit_vectors)
    possible = [index for index, k in enumerate(counts) if 2 <= k < distinct]
    if not possible:
        return scores
    size = min(len(unit_vectors), SILHOUETTE_SAMPLE)
    measured = np.sort(np.random.default_rng(seed).choice(len(unit_vectors), size, replace=False))
    distances = cosine_distances(unit_vectors[measured].astype(np.float64))
    for index in possible:
        clusters = k_means(unit_vectors, counts[index], seed)[measured]
        if 1 < len(np.unique(clusters)) < size:
            scores[index] = silhouette_score(distances, clusters, metric="precomputed")
    return scores


@dataclass(frozen=True, eq=False)
class Cluster:
    """A cluster of M sentences, or all noise."""

    number: int
    members: Int[np.ndarray, " M"]  # indices of sentences, ascending
    words: tuple[str, ...]  # characteristic words, the most characteristic first, at most 5; none for noise
    central: int | None  # index of the sentence with the highest cosine with the members' mean; None for noise
    tightness: float  # mean cosine of the members with their mean


def describe_clusters(
    clusters: Int[np.ndarray, " N"], unit_vectors: Float[np.ndarray, "N D"], sentences: Sequence[str]
) -> tuple[Cluster, ...]:
    """Return each cluster's members, central sentence and characteristic words: the largest first, noise last.

    Words are weighted by class_tf_idf(), where noise counts as a class; words of equal weight are in alphabetical
    order. Of equally central members the first is taken.
    """
    described = []
    order = _order_by_size(clusters)
    for number, words in zip(order, _characteristic_words(clusters, order, sentences), strict=True):
        members = np.flatnonzero(clusters == number)
        vectors = unit_vectors[members].astype(np.float64)
        cosines = paired_cosines(vectors, vectors.mean(axis=0))
        noise = number == NOISE
        # Rounded, so that equal sentences have equal cosines.
        central = None if noise else int(members[cosines.round(6).argmax()])
        described.append(Cluster(number, members, () if noise else words, central, float(cosines.mean())))
    return tuple(described)


def class_tf_idf(counts: Int[np.ndarray, "C V"] | sparray) -> csr_array:
    """Return the weight of each word for each class, (C, V): tf · log(1 + A / f).

    tf is the word's count in the class, f its count in all classes, A the mean number of words in a class
    (Grootendorst 2022, "BERTopic", section 3.3). The BERTopic library also divides tf by the class's number of words,
    which changes no order within a class, and truncates A to an integer.

    counts: (C, V), dense or sparse.

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
    """The agreement of clusters with labels. L labels, C clusters; noise counts as a cluster."""

    table: Int[np.ndarray, "L C"]  # the number of sentences with the label in the cluster
    labels: tuple[str, ...]  # in order of appearance
    clusters: tuple[int, ...]  # numbers, as describe_clusters() orders them
    adjusted_rand: float  # agreement on pairs: 0 as expected by chance, 1 for the same groups
    v_measure: float  # harmonic mean of homogeneity and completeness
    homogeneity: float  # 1 if each cluster has one label
    completeness: float  # 1 if each label lies in one cluster


def agreement(labels: Sequence[str], clusters: Int[np.ndarray, " N"]) -> Agreement:
    """Compare clusters with the labels of the same N sentences.

    The adjusted Rand index (Hubert and Arabie 1985) and the V-measure (Rosenberg and Hirschberg 2007) are
    scikit-learn's.
    """
    names, numbers = tuple(dict.fromkeys(labels)), _order_by_size(clusters)
    rows, columns = ({name: index for index, name in enumerate(side)} for side in (names, numbers))
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


def v_measure_by_chance(labels: Sequence[str], clusters: Int[np.ndarray, " N"], seed: int = 0) -> float:
    """Return the mean V-measure of labels and shuffled clusters, which is not 0, as the adjusted Rand index is."""
    draws = np.random.default_rng(seed)
    given = np.unique(labels, return_inverse=True)[1]
    return float(np.mean([v_measure_score(given, draws.permutation(clusters)) for _ in range(_SHUFFLES)]))


def _distinct_rows(unit_vectors: Float[np.ndarray, "N D"]) -> int:
    """Return the number of distinct rows."""
    # Adding 0 turns −0 into 0, which has other bytes.
    return len({row.tobytes() for row in unit_vectors + 0})


def _renumber(found: Int[np.ndarray, " N"]) -> Int[np.ndarray, " N"]:
    """Number clusters from 0 by size, the largest first; clusters of equal size by their first members."""
    renumbered = np.full(len(found), NOISE)
    clustered = found != NOISE
    _, firsts, inverse, sizes = np.unique(found[clustered], return_index=True, return_inverse=True, return_counts=True)
    ranks = np.empty(len(sizes), dtype=int)
    ranks[np.lexsort((firsts, -sizes))] = np.arange(len(sizes))
    renumbered[clustered] = ranks[inverse]
    return renumbered


def _order_by_size(clusters: Int[np.ndarray, " N"]) -> tuple[int, ...]:
    """Return the numbers of the clusters: the largest first, noise last."""
    numbers, sizes = np.unique(clusters, return_counts=True)
    size_of = dict(zip(numbers.tolist(), sizes.tolist(), strict=True))
    return tuple(sorted(size_of, key=lambda number: (number == NOISE, -size_of[number], number)))


def _characteristic_words(
    clusters: Int[np.ndarray, " N"], numbers: Sequence[int], sentences: Sequence[str]
) -> list[tuple[str, ...]]:
    """Return the words of highest weight of each cluster in `numbers`."""
    counts, words = count_content_words(sentences)
    members = csr_array(np.equal.outer(np.array(numbers, dtype=int), clusters), dtype=int)
    weights = class_tf_idf(members @ counts)
    characteristic: list[tuple[str, ...]] = []
    for start, end in zip(weights.indptr[:-1], weights.indptr[1:], strict=True):
        columns = weights.indices[start:end]
        best = columns[np.lexsort((columns, -weights.data[start:end]))][:_WORDS]
        characteristic.append(tuple(words[column] for column in best))
    return characteristic
