"""Writes reference.json: what scikit-learn makes of a small table.

Run as: python engine/testdata/reference.py > engine/testdata/reference.json
(scikit-learn 1.7 or newer; versions are written into the file.)
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import (accuracy_score, f1_score, log_loss, mean_absolute_error, mean_squared_error, r2_score,
                             roc_auc_score)

rng = np.random.default_rng(7)
n = 200
x = np.round(rng.standard_normal((n, 3)) * [1, 5, 0.1] + [0, 20, 3], 4)
y = np.round(2 + x @ [1.5, -0.3, 8] + rng.standard_normal(n), 4)
z = (x[:, 0] + 0.2 * (x[:, 1] - 20) + rng.standard_normal(n) > 0.3).astype(int)
k = np.digitize(x[:, 0] - 4 * (x[:, 2] - 3) + 0.5 * rng.standard_normal(n), [-0.6, 0.6])

linear = LinearRegression().fit(x, y)
scaled = (x - x.mean(0)) / x.std(0)
# Mean log loss + L2*|w|^2 is scikit-learn's penalty 1/(2 C n).
l2 = 0.01
logistic = LogisticRegression(C=1 / (2 * l2 * n), tol=1e-10, max_iter=10000).fit(scaled, z)
multi = LogisticRegression(C=1 / (2 * l2 * n), tol=1e-10, max_iter=10000).fit(scaled, k)
p, q = logistic.predict_proba(scaled)[:, 1], multi.predict_proba(scaled)
guess = linear.predict(x)
coarse = np.round(p, 1)  # has ties

json.dump(
    {
        "scikit-learn": sklearn.__version__,
        "x": x.tolist(), "y": y.tolist(), "z": z.tolist(), "k": k.tolist(), "l2": l2,
        "linear": guess.tolist(), "logistic": p.tolist(), "multi": q.tolist(),
        "metrics": {
            "rmse": mean_squared_error(y, guess) ** 0.5, "mae": mean_absolute_error(y, guess), "r2": r2_score(y, guess),
            "accuracy": accuracy_score(z, p > 0.5), "f1": f1_score(z, p > 0.5), "log_loss": log_loss(z, p),
            "auc": roc_auc_score(z, p), "auc_ties": roc_auc_score(z, coarse),
            "multi_accuracy": accuracy_score(k, q.argmax(1)), "multi_f1": f1_score(k, q.argmax(1), average="macro"),
            "multi_log_loss": log_loss(k, q), "multi_auc": roc_auc_score(k, q, multi_class="ovr", average="macro"),
        },
    },
    sys.stdout,
)
