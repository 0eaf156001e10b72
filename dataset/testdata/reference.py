"""Writes reference.json: what pandas says about notebooks/data/penguins.csv and numbers.csv.

usage: python reference.py     (pandas 3.0; any 2.x gives the same numbers)
"""
import json
import pathlib

import numpy as np
import pandas as pd

here = pathlib.Path(__file__).resolve().parent
files = {"penguins": here / "../../notebooks/data/penguins.csv", "numbers": here / "numbers.csv"}


def column(s):
    c = {"missing": int(s.isna().sum()), "distinct": int(s.nunique())}
    counts = s.value_counts()
    if pd.api.types.is_bool_dtype(s) or not pd.api.types.is_numeric_dtype(s):
        order = sorted(counts.items(), key=lambda kv: (-kv[1], str(kv[0])))
        c["top"] = [{"value": str(k).lower() if isinstance(k, (bool, np.bool_)) else k, "count": int(v)} for k, v in order[:5]]
        return c
    q = s.quantile([0.25, 0.5, 0.75])
    c["numbers"] = {"min": float(s.min()), "q1": float(q[0.25]), "median": float(q[0.5]), "q3": float(q[0.75]), "max": float(s.max()),
                    "mean": float(s.mean()), "std": float(s.std())}
    counts, edges = np.histogram(s.dropna(), bins=10)
    c["histogram"] = [int(n) for n in counts]
    return c


out = {"pandas": pd.__version__}
for name, path in files.items():
    t = pd.read_csv(path)
    out[name] = {"rows": len(t), "columns": {n: column(t[n]) for n in t.columns}}
(here / "reference.json").write_text(json.dumps(out, indent=1) + "\n")
