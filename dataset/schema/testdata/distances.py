"""Writes distances.json: samples and their distances by scipy and numpy."""
import json
import numpy as np, scipy
from scipy import stats
from scipy.spatial import distance

rng = np.random.default_rng(7)
cases = []

def shares(a, b):
    edges = np.unique(np.quantile(a, np.arange(1, 10) / 10))
    cut = lambda v: np.bincount(np.searchsorted(edges, v, side="right"), minlength=len(edges) + 1) / len(v)
    return cut(a), cut(b)

def by_shares(p, q):
    x, y = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
    return {"js": distance.jensenshannon(p, q, base=2), "psi": float(np.sum((y - x) * np.log(y / x))), "linf": float(np.max(np.abs(p - q)))}

for a, b in [
    (rng.normal(0, 1, 300), rng.normal(0, 1, 200)),
    (rng.normal(0, 1, 300), rng.normal(0.5, 2, 77)),
    (rng.integers(0, 5, 120).astype(float), rng.integers(1, 7, 90).astype(float)),  # ties
    (rng.exponential(1, 50), rng.exponential(1, 50) + 100),                         # apart
    (np.array([3.0]), np.array([3.0, 4.0])),
]:
    a, b = np.round(a, 6), np.round(b, 6)
    cases.append({"a": a.tolist(), "b": b.tolist(), "want": {"ks": float(stats.ks_2samp(a, b).statistic),
        "wasserstein": float(stats.wasserstein_distance(a, b)), **by_shares(*shares(a, b))}})
for p, q in [([5, 3, 2], [5, 3, 2]), ([50, 30, 20, 0], [10, 30, 40, 20]), ([7, 0], [0, 9])]:
    words = [chr(97 + i) for i in range(len(p))]
    cases.append({"a": sum([[w] * n for w, n in zip(words, p)], []), "b": sum([[w] * n for w, n in zip(words, q)], []),
        "want": by_shares(np.array(p) / sum(p), np.array(q) / sum(q))})
json.dump({"scipy": scipy.__version__, "cases": cases}, open("distances.json", "w"), indent=None)
