"""Writes reference.json: what pandas, scipy and scikit-learn say about notebooks/data/penguins.csv and numbers.csv.

usage: python reference.py     (pandas 3.1, scipy 1.17, scikit-learn 1.9)
"""
import json
import pathlib

import numpy as np
import pandas as pd
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp
from sklearn.metrics import mutual_info_score, normalized_mutual_info_score, roc_auc_score
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

here = pathlib.Path(__file__).resolve().parent
files = {"penguins": here / "../../../notebooks/data/penguins.csv", "numbers": here / "numbers.csv"}
numeric = lambda s: pd.api.types.is_numeric_dtype(s) and not pd.api.types.is_bool_dtype(s)


def column(s):
    c = {"missing": int(s.isna().sum()), "distinct": int(s.nunique())}
    if not numeric(s):
        order = sorted(s.value_counts().items(), key=lambda kv: (-kv[1], str(kv[0])))
        c["top"] = [{"value": str(k).lower() if isinstance(k, (bool, np.bool_)) else str(k)[:10], "count": int(v)} for k, v in order[:10]]
        if pd.api.types.is_datetime64_any_dtype(s):
            gaps = s.dropna().drop_duplicates().sort_values().diff().dropna().dt.total_seconds()
            c["gaps"] = [float(gaps.median()), float(gaps.max()), float((gaps > 2 * gaps.median()).sum())]
        elif s.dtype != object or not isinstance(s.dropna().iloc[0], bool):
            n = s.dropna().str.len()
            c["lengths"] = [float(n.min()), float(n.median()), float(n.mean()), float(n.max())]
        return c
    q = s.quantile([.01, .05, .25, .5, .75, .95, .99])
    reach = 1.5 * (q[.75] - q[.25])
    c["numbers"] = {"min": s.min(), "p1": q[.01], "p5": q[.05], "q1": q[.25], "median": q[.5], "q3": q[.75], "p95": q[.95], "p99": q[.99],
                    "max": s.max(), "mean": s.mean(), "std": s.std(), "skewness": s.skew(), "kurtosis": s.kurt(),
                    "zeros": int((s == 0).sum()), "negative": int((s < 0).sum()),
                    "outliers_low": int((s < q[.25] - reach).sum()), "outliers_high": int((s > q[.75] + reach).sum())}
    c["numbers"] = {k: v if isinstance(v, int) else float(v) for k, v in c["numbers"].items()}
    counts, edges = np.histogram(s.dropna(), bins=20)
    c["histogram"] = [int(n) for n in counts]
    return c


def levels(s):
    if (numeric(s) or pd.api.types.is_datetime64_any_dtype(s)) and s.nunique() > 16:
        return pd.qcut(s, 16, labels=False, duplicates="drop")
    return s.astype("category").cat.codes.where(s.notna())


def cramers_v(a, b):
    table = pd.crosstab(a, b)
    n, (r, k) = table.to_numpy().sum(), table.shape
    phi2 = max(0, chi2_contingency(table, correction=False)[0] / n - (r - 1) * (k - 1) / (n - 1))
    r, k = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    return float(np.sqrt(phi2 / (min(r, k) - 1)))


def half(n):
    with np.errstate(over="ignore"):
        x = np.arange(n, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ x >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ x >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return (x ^ x >> np.uint64(31)) & np.uint64(1)


def alone(x, y, task):
    keep, h = y.notna().to_numpy(), half(len(y))
    wrong = without = 0.0
    for f in (0, 1):
        train, test = keep & (h != f), keep & (h == f)
        middle = (lambda v: v.value_counts().sort_index().idxmax()) if task == "class" else (lambda v: v.mean())
        error = (lambda v, g: float((v != g).sum())) if task == "class" else (lambda v, g: float(((v - g) ** 2).sum()))
        base = middle(y[train])
        guess = pd.Series([base] * len(y), index=y.index)
        if numeric(x):
            tree = (DecisionTreeClassifier if task == "class" else DecisionTreeRegressor)(max_depth=5, min_samples_leaf=5)
            there = x.notna().to_numpy()
            tree.fit(x[train & there].to_frame(), y[train & there])
            guess[test & there] = tree.predict(x[test & there].to_frame())
            if (train & ~there).any():
                guess[test & ~there] = middle(y[train & ~there])
        else:
            x2 = x.astype(object).where(x.notna(), "?missing")
            for value in x2[train].unique():
                guess[test & (x2 == value).to_numpy()] = middle(y[train & (x2 == value).to_numpy()])
        wrong += error(y[test], guess[test])
        without += error(y[test], base)
    return max(0.0, 1 - wrong / without)


def target(t, name, task):
    y, out = t[name], {}
    rows = y.notna()
    for c in t.columns.drop(name):
        x, r = t[c], {"alone": alone(t[c], y, task)}
        a, b = levels(x)[rows].fillna(-1), levels(y)[rows]
        r["mutual_information"], r["normalized_mutual_information"] = float(mutual_info_score(b, a)), float(normalized_mutual_info_score(b, a))
        if numeric(x) and task == "class":
            both = rows & x.notna()
            groups, mean = x[both].groupby(y[both]), x[both].mean()
            r["eta"] = float(np.sqrt((groups.size() * (groups.mean() - mean) ** 2).sum() / ((x[both] - mean) ** 2).sum()))
            if y.nunique() == 2:
                r["auc"] = float(roc_auc_score(y[both] == sorted(y[both].unique())[1], x[both]))
        elif numeric(x):
            r["pearson"], r["spearman"] = float(x.corr(y)), float(x.corr(y, method="spearman"))
        elif task == "class":
            r["cramers_v"] = cramers_v(x, y)
        else:
            both = rows & x.notna()
            groups, mean = y[both].groupby(x[both].astype(str)), y[both].mean()
            r["eta"] = float(np.sqrt((groups.size() * (groups.mean() - mean) ** 2).sum() / ((y[both] - mean) ** 2).sum()))
        out[c] = r
    return out


def relations(t):
    numbers = [c for c in t if numeric(t[c])]
    others = [c for c in t if not numeric(t[c]) and not pd.api.types.is_datetime64_any_dtype(t[c])]
    pairs = [(a, b) for i, a in enumerate(t.columns) for b in t.columns[i + 1:]]
    both = lambda a, b: t[a].notna() & t[b].notna()
    out = {"pearson": t[numbers].corr().values.tolist(), "spearman": t[numbers].corr(method="spearman").values.tolist(),
           "cramers_v": [[a, b, cramers_v(t[a], t[b])] for i, a in enumerate(others) for b in others[i + 1:]],
           "mutual_information": [], "normalized": []}
    for a, b in pairs:
        x, y = levels(t[a])[both(a, b)], levels(t[b])[both(a, b)]
        out["mutual_information"].append([a, b, float(mutual_info_score(x, y))])
        out["normalized"].append([a, b, float(normalized_mutual_info_score(x, y))])
    return out


def distances(a, b):
    out = {}
    for c in a.columns:
        x, y, d = a[c], b[c], {}
        if numeric(x):
            d["ks"] = float(ks_2samp(x.dropna(), y.dropna()).statistic)
            bounds = np.unique(np.quantile(x.dropna(), np.arange(1, 10) / 10))
            bins = lambda s: np.bincount(np.searchsorted(bounds, s.dropna(), "left"), minlength=len(bounds) + 1)
        else:
            values = sorted(set(x.dropna()) | set(y.dropna()))
            bins = lambda s: s.value_counts().reindex(values).fillna(0).to_numpy()
        p, q = (np.append(bins(s), s.isna().sum()) / len(s) for s in (x, y))
        d["js"] = float(jensenshannon(p, q, base=2))
        some = (p > 0) | (q > 0)
        p, q = np.maximum(p[some], 1e-4), np.maximum(q[some], 1e-4)
        d["psi"] = float(((q - p) * np.log(q / p)).sum())
        out[c] = d
    return out


out = {}
for name, path in files.items():
    t = pd.read_csv(path)
    if "when" in t:
        t["when"] = pd.to_datetime(t["when"])
    out[name] = {"rows": len(t), "columns": {n: column(t[n]) for n in t.columns}, "relations": relations(t)}
t = pd.read_csv(files["penguins"])
out["duplicates"] = int(t[["species", "island", "sex", "year"]].duplicated().sum())
out["targets"] = {"species": target(t, "species", "class"), "sex": target(t, "sex", "class"), "body_mass_g": target(t, "body_mass_g", "number")}
out["distances"] = distances(t[t["year"] == 2007], t[t["year"] != 2007])
(here / "reference.json").write_text(json.dumps(out, indent=1).replace("NaN", "null") + "\n")
