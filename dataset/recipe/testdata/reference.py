"""Writes reference.json: what scikit-learn makes of the rows that it writes beside.

usage: python reference.py     (scikit-learn 1.7 or newer)
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import f_classif, f_regression, mutual_info_classif, mutual_info_regression
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import KBinsDiscretizer, MaxAbsScaler, MinMaxScaler, OneHotEncoder, OrdinalEncoder, RobustScaler, StandardScaler, TargetEncoder

rng = np.random.default_rng(7)
n = 120
x = rng.normal(3, 2, n)
z = np.exp(rng.normal(0, 1, n))
gap = x.copy()
gap[::7] = np.nan
cat = rng.choice(["red", "green", "blue", "grey"], n, p=[0.5, 0.3, 0.15, 0.05])
y = 2 * x + (cat == "red") * 3 + rng.normal(0, 1, n)
label = np.where(y > np.quantile(y, 0.66), "c", np.where(y > np.quantile(y, 0.33), "b", "a"))
words = ["oak aged fruit", "fruit and spice", "light citrus", "oak spice finish", "citrus"]
text = [words[i % 5] + (" again" if i % 3 == 0 else "") for i in range(n)]


def col(a):
    return np.asarray(a).reshape(-1, 1)


def flat(a):
    return [float(v) for v in np.asarray(a).ravel()]


out = {"sklearn": sklearn.__version__, "data": {
    "x": flat(x), "z": flat(z), "gap": [None if np.isnan(v) else float(v) for v in gap], "cat": list(cat), "y": flat(y), "label": list(label), "text": text}}
out["columns"] = {
    "impute gap": {"gap": flat(SimpleImputer(strategy="median").fit_transform(col(gap)))},
    "impute gap method=mean": {"gap": flat(SimpleImputer(strategy="mean").fit_transform(col(gap)))},
    "impute gap method=constant value=-1": {"gap": flat(SimpleImputer(strategy="constant", fill_value=-1).fit_transform(col(gap)))},
    "scale z": {"z": flat(StandardScaler().fit_transform(col(z)))},
    "scale z method=minmax": {"z": flat(MinMaxScaler().fit_transform(col(z)))},
    "scale z method=robust": {"z": flat(RobustScaler().fit_transform(col(z)))},
    "scale z method=maxabs": {"z": flat(MaxAbsScaler().fit_transform(col(z)))},
    "bin z bins=6": {"z": flat(KBinsDiscretizer(6, encode="ordinal", strategy="quantile", quantile_method="linear").fit_transform(col(z)))},
    "bin z method=uniform bins=6": {"z": flat(KBinsDiscretizer(6, encode="ordinal", strategy="uniform").fit_transform(col(z)))},
    "encode cat method=ordinal": {"cat": flat(OrdinalEncoder().fit_transform(col(cat)))},
}
hot = OneHotEncoder(sparse_output=False).fit(col(cat))
out["columns"]["encode cat"] = {f"cat={c}": flat(hot.transform(col(cat))[:, i]) for i, c in enumerate(hot.categories_[0])}
tf = TfidfVectorizer(ngram_range=(1, 2)).fit(text)
out["columns"]["text text ngrams=2"] = {f"text:{w}": flat(tf.transform(text)[:, [i]].toarray()) for i, w in enumerate(tf.get_feature_names_out())}
for smooth in ("auto", 5.0):
    line = "encode cat method=target ordered=true" + ("" if smooth == "auto" else " smooth=5")
    # The folds are runs of rows: KFold without shuffling, which is what an encoder without shuffle takes for a number.
    e = TargetEncoder(target_type="continuous", smooth=smooth, shuffle=False, cv=5)
    out["columns"][line] = {"cat": flat(e.fit_transform(col(cat), y))}
    out.setdefault("served", {})[line] = {"cat": flat(e.transform(col(cat)))}

X = np.column_stack([x, z])
f, p = f_classif(X, label)
fr, pr = f_regression(X, y)
out["scores"] = {
    "f label": flat(f), "f y": flat(fr),
    "mi label": flat(mutual_info_classif(X, label, random_state=0)) + flat(mutual_info_classif(OrdinalEncoder().fit_transform(col(cat)), label, discrete_features=True)),
    "mi y": flat(mutual_info_regression(X, y, random_state=0)) + flat(mutual_info_regression(OrdinalEncoder().fit_transform(col(cat)), y, discrete_features=True, random_state=0)),
}
out["pvalues"] = {"f label": flat(p), "f y": flat(pr)}
(pathlib.Path(__file__).resolve().parent / "reference.json").write_text(json.dumps(out) + "\n")
