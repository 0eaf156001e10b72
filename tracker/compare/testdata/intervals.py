"""Writes intervals.json: what scipy says of the intervals and correlations in this package.

python3 intervals.py > intervals.json    (scipy 1.17.1, numpy 2)
"""
import json
import numpy, scipy
from scipy import stats

rng = numpy.random.default_rng(7)
def draw(n, mean, sd): return [float(v) for v in rng.normal(mean, sd, n)]

out = {"scipy": scipy.__version__, "two": [], "ranks": []}
for a, b in [
    ([0.90, 0.92, 0.91], [0.94, 0.95, 0.97]),
    ([0.31, 0.29], [0.30, 0.33]),
    (draw(5, 0.80, 0.010), draw(5, 0.81, 0.030)),
    (draw(3, 12, 4), draw(10, 15, 0.5)),
    (draw(30, 1e-4, 1e-5), draw(30, 1.1e-4, 2e-5)),
    ([1, 1, 1], [2, 3, 4]),
]:
    w = stats.ttest_ind(b, a, equal_var=False)
    ci = w.confidence_interval(0.95)
    case = {"a": a, "b": b, "welch": {"low": float(ci.low), "high": float(ci.high), "df": float(w.df)}}
    if len(a) == len(b):
        p = stats.ttest_rel(b, a)
        ci = p.confidence_interval(0.95)
        case["paired"] = {"low": float(ci.low), "high": float(ci.high), "df": float(p.df)}
    out["two"].append(case)
for x, y in [
    ([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]),
    ([0.1, 0.01, 0.1, 0.001, 0.01, 0.1], [3, 2, 4, 1, 2, 3]),
    (draw(20, 0, 1), draw(20, 0, 1)),
]:
    r = stats.spearmanr(x, y)
    out["ranks"].append({"x": x, "y": y, "rho": float(r.statistic), "p": float(r.pvalue)})
f = stats.f_oneway([1, 2, 3], [2, 3, 4], [5, 6, 7])
out["anova"] = {"p": float(f.pvalue)}
json.dump(out, __import__("sys").stdout, indent=1)
