"""Writes reference.json: what scikit-learn says about predictions.csv and about small tables with ties.

usage: python reference.py     (scikit-learn 1.9)
predictions.csv is a table of 600 made-up predictions of two classes: y is the truth, p the probability of 1, yhat the guess.
"""
import csv
import json
import math
import pathlib

import numpy as np
import sklearn
from sklearn import metrics as m

here = pathlib.Path(__file__).resolve().parent
r = np.random.default_rng(11)


def classes(y, g, prob, k):
    d = {"truth": [int(v) for v in y], "guess": [int(v) for v in g], "prob": [float(v) for v in np.ravel(prob)], "classes": k,
         "accuracy": m.accuracy_score(y, g), "confusion": m.confusion_matrix(y, g, labels=range(k)).tolist()}
    for by in ["macro", "micro", "weighted"] + (["binary"] if k == 2 else []):
        d[by] = {n: float(f(y, g, average=by, zero_division=0, **({} if by == "binary" else {"labels": list(range(k))})))
                 for n, f in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score))}
    two = np.c_[1 - prob, prob] if k == 2 else prob
    d["log_loss"] = float(m.log_loss(y, two, labels=list(range(k))))
    if k == 2:
        d["auc"] = float(m.roc_auc_score(y, prob)) if len(set(y)) == 2 else None
        d["brier"] = float(m.brier_score_loss(y, prob))
    else:
        d["auc"] = float(m.roc_auc_score(y, prob, multi_class="ovr", average="macro", labels=list(range(k)))) if len(set(y)) == k else None
    return {n: v for n, v in d.items() if v is not None}


def numbers(y, g):
    return {"truth": list(map(float, y)), "guess": list(map(float, g)), "rmse": math.sqrt(m.mean_squared_error(y, g)),
            "mae": m.mean_absolute_error(y, g), "r2": m.r2_score(y, g)}


rows = list(csv.DictReader(open(here / "predictions.csv")))
y, p, g = ([f(row[n]) for row in rows] for n, f in (("y", int), ("p", float), ("yhat", int)))
three = r.dirichlet([1, 1, 1], 90)
y3 = np.array([r.choice(3, p=row) for row in three])
four = np.round(r.dirichlet([2, 1, 1, 1], 40), 1)  # ties, zeros, and class 3 is never true or guessed below
four = four / four.sum(1, keepdims=True)
y4 = r.integers(0, 3, 40)
ties = np.array([0.1, 0.5, 0.5, 0.5, 0.9, 0.5, 0.2, 0.9])
yt = np.array([0, 1, 0, 1, 1, 0, 1, 0])
x = r.normal(1e3, 5, 50)
out = {
    "scikit-learn": sklearn.__version__,
    "classes": {
        "predictions": classes(y, g, np.array(p), 2),
        "ties": classes(yt, (ties >= 0.5).astype(int), ties, 2),
        "one class": classes(np.ones(4, int), np.array([1, 1, 0, 1]), np.array([0.9, 1.0, 0.0, 0.7]), 2),
        "three": classes(y3, three.argmax(1), three, 3),
        "four, one absent": classes(y4, four[:, :3].argmax(1), four, 4),
    },
    "numbers": {
        "noise": numbers(x, x + r.normal(0, 2, 50)),
        "worse than the mean": numbers([1, 2, 3], [3, 2, 0]),
        "constant": numbers([2, 2, 2], [2, 2, 1]),
        "constant and right": numbers([2, 2, 2], [2, 2, 2]),
    },
}
(here / "reference.json").write_text(json.dumps(out) + "\n")
