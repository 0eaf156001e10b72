"""What an MLflow program does, by MLflow's own client, against the server whose
URL is the first argument. It prints what the client got, as JSON, with ids and
times replaced by their order, so that the answers of two servers can be compared."""
import json, logging, math, os, re, sys, tempfile, warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
import mlflow, numpy as np, pandas as pd
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

logging.disable(logging.WARNING)
mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
out, names = {}, {}


def call(id, kind):
    """The name of an id in the output: the order in which it was met."""
    return names.setdefault(id, f"<{kind} {sum(v.startswith('<' + kind) for v in names.values()) + 1}>")


def refused(f, *a, **k):
    try:
        return f"accepted: {f(*a, **k)}"
    except MlflowException as e:
        return [e.error_code, e.message.split("\n")[0]]


def num(v):
    return v if math.isfinite(v) else str(v)


def points(list):
    return [[m.step, m.timestamp, num(m.value)] for m in list]


def run(r):
    d = r.data
    tags = {k: v for k, v in d.tags.items() if k not in ("mlflow.user", "mlflow.source.name", "mlflow.source.type", "mlflow.source.git.commit", "mlflow.source.git.branch", "mlflow.source.git.repoURL", "mlflow.log-model.history")}
    return dict(name=r.info.run_name, status=r.info.status, stage=r.info.lifecycle_stage, ended=r.info.end_time is not None,
                uri=r.info.artifact_uri, experiment=r.info.experiment_id, params=d.params, tags=tags, metrics={k: num(v) for k, v in sorted(d.metrics.items())},
                inputs=[[i.dataset.name, i.dataset.digest, i.dataset.source_type, i.dataset.source if i.dataset.source_type != "code" else "code", i.dataset.schema, i.dataset.profile, {t.key: t.value for t in i.tags}] for i in r.inputs.dataset_inputs],
                models_in=[m.model_id for m in r.inputs.model_inputs], models_out=[[m.model_id, m.step] for m in r.outputs.model_outputs])


def files(list):
    return [[f.path, f.is_dir, f.file_size if not f.is_dir and not f.path.endswith(("MLmodel", ".pkl", ".skops")) else None] for f in list]


def version(v):
    return dict(name=v.name, version=str(v.version), stage=v.current_stage, description=v.description or "", source=v.source, run=v.run_id, status=v.status,
                tags=v.tags, aliases=sorted(v.aliases or []), model=v.model_id)


def registered(m):
    return dict(name=m.name, description=m.description or "", tags=m.tags, aliases=m.aliases, latest=[version(v) for v in m.latest_versions])


def experiments():
    e = mlflow.set_experiment("wine")
    out["experiment"] = [e.name, e.lifecycle_stage, e.artifact_location, e.tags]
    d = client.get_experiment("0")
    out["default"] = [d.experiment_id, d.name, client.get_experiment_by_name("Default").experiment_id]
    x = client.create_experiment("with tags", tags={"team": "a b", "n": "3"})
    client.set_experiment_tag(x, "note", "<b>'\"")
    client.delete_experiment_tag(x, "n")
    client.rename_experiment(x, "renamed")
    out["tagged"] = [client.get_experiment(x).name, client.get_experiment(x).tags, client.get_experiment_by_name("with tags")]
    out["experiment errors"] = [refused(client.create_experiment, "wine"), refused(client.get_experiment, "999"), refused(client.rename_experiment, x, "wine"),
                                refused(client.delete_experiment_tag, x, "n"), refused(client.create_experiment, "")]
    client.delete_experiment(x)
    out["deleted"] = [client.get_experiment(x).lifecycle_stage, [e.name for e in client.search_experiments(view_type=ViewType.DELETED_ONLY)],
                      refused(client.create_run, x), refused(client.delete_experiment, x)]
    out["active"] = [e.name for e in client.search_experiments(order_by=["name ASC"])]
    client.restore_experiment(x)
    out["found"] = [[e.name for e in client.search_experiments(filter_string=f, order_by=["name"])] for f in
                    ("name = 'wine'", "name LIKE 'r%'", "tags.team = 'a b'", "name ILIKE 'W%' AND creation_time > 0")]
    page = client.search_experiments(max_results=2, order_by=["name"])
    out["pages"] = [len(page), len(client.search_experiments(max_results=2, order_by=["name"], page_token=page.token))]


def logging_runs():
    with mlflow.start_run(run_name="first", tags={"team": "x"}, description="what it is") as r:
        id = r.info.run_id
        call(id, "run")
        mlflow.log_params({"lr": 0.01, "depth": 3, "text": "ä'\"<b>", "long": "x" * 6000, "none": None})
        mlflow.log_param("lr", 0.01)
        out["param again"] = refused(client.log_param, id, "lr", "0.02")
        for step, v in enumerate([0.5, float("nan"), float("inf"), -float("inf"), 0.25]):
            client.log_metric(id, "loss", v, timestamp=1000 + step, step=step)
        client.log_metric(id, "loss", 0.75, timestamp=990, step=2)
        client.log_metric(id, "val/acc", 1e-300, timestamp=5, step=-7)
        client.log_metric(id, "big", 1.5, timestamp=2**41, step=2**40)
        client.log_batch(id, metrics=[Metric("batch", i / 10, 100 + i, i) for i in range(1000)], params=[Param("b1", "1"), Param("b2", "two")], tags=[RunTag("t", "v")])
        mlflow.set_tags({"a.b-c d": 1, "drop": "me"})
        mlflow.delete_tag("drop")
        out["tag errors"] = refused(client.delete_tag, id, "nope")
        with mlflow.start_run(nested=True, run_name="child") as c:
            call(c.info.run_id, "run")
            mlflow.log_metric("loss", 3)
        mlflow.log_text("hello", "notes/a.txt")
        mlflow.log_dict({"a": [1, 2]}, "config.json")
        with tempfile.TemporaryDirectory() as d:
            os.makedirs(d + "/sub/deep")
            open(d + "/sub/deep/x y&ü%.bin", "wb").write(bytes(range(256)))
            open(d + "/empty", "wb").close()
            mlflow.log_artifacts(d, "folder")
            mlflow.log_artifact(d + "/empty")
    out["run"] = run(client.get_run(id))
    out["child"] = run(client.get_run(c.info.run_id))
    out["loss"] = points(client.get_metric_history(id, "loss"))
    out["batch"] = [len(client.get_metric_history(id, "batch")), points(client.get_metric_history(id, "batch")[-2:])]
    out["no metric"] = points(client.get_metric_history(id, "none"))
    out["files"] = [files(client.list_artifacts(id, p)) for p in (None, "folder", "folder/sub/deep", "config.json", "nothing")]
    path = client.download_artifacts(id, "folder")
    out["downloaded"] = [sorted(os.listdir(path)), open(path + "/sub/deep/x y&ü%.bin", "rb").read() == bytes(range(256)), mlflow.artifacts.load_text(f"runs:/{id}/notes/a.txt")]
    out["unknown run"] = [refused(client.get_run, "0" * 32), refused(client.log_metric, "0" * 32, "a", 1), refused(client.set_tag, "0" * 32, "a", "b"),
                          refused(client.get_metric_history, "0" * 32, "a")]
    client.log_metric(id, "late", 7, timestamp=1, step=0)
    client.log_param(id, "late", "yes")
    out["after the end"] = [client.get_run(id).info.status, client.get_run(id).data.metrics["late"], client.get_run(id).data.params["late"]]
    with mlflow.start_run(run_id=id):
        out["open again"] = client.get_run(id).info.status
        mlflow.log_metric("late", 8, step=1)
    client.update_run(id, status="FAILED", name="renamed")
    out["updated"] = run(client.get_run(id))
    try:
        with mlflow.start_run(run_name="broken") as b:
            call(b.info.run_id, "run")
            raise ValueError("x")
    except ValueError:
        pass
    k = client.create_run("0", tags={"mlflow.runName": "by tag"}, start_time=12345)
    call(k.info.run_id, "run")
    client.set_terminated(k.info.run_id, "KILLED")
    client.set_tag(k.info.run_id, "mlflow.runName", "by another tag")
    k = client.get_run(k.info.run_id)
    out["ends"] = [client.get_run(b.info.run_id).info.status, k.info.status, k.info.run_name, k.info.start_time]
    client.delete_run(c.info.run_id)
    out["deleted run"] = [client.get_run(c.info.run_id).info.lifecycle_stage, refused(client.update_run, c.info.run_id, name="z"),
                          [r.info.run_name for r in client.search_runs(wine(), run_view_type=ViewType.DELETED_ONLY)]]
    out["listed"] = sorted(r.info.run_name for r in client.search_runs(wine()))
    client.restore_run(c.info.run_id)
    out["restored"] = client.get_run(c.info.run_id).info.lifecycle_stage


def wine():
    return [client.get_experiment_by_name("wine").experiment_id]


FILTERS = [
    "", "metrics.loss > 1", "metrics.loss < 1", "params.lr = '0.01'", "params.`text` LIKE '%b%'", "tags.team = 'x'", "tags.team != 'x'", "attributes.status = 'FAILED'",
    "run_name = 'child'", "tags.`mlflow.runName` = 'child'", "params.depth = '3' and metrics.`val/acc` < 0.5", "attributes.start_time > 0", "tags.mlflow.parentRunId LIKE '%'",
    "attributes.run_id != 'x'", "attributes.run_name ILIKE 'REN%'", "metrics.batch = 99.9", "params.lr ILIKE '0.0%'", "tags.`a.b-c d` = '1'",
]


def searching():
    out["search"] = {f: sorted(r.info.run_name for r in client.search_runs(wine(), f)) for f in FILTERS}
    out["order"] = [[r.info.run_name for r in client.search_runs(wine(), "", order_by=o)] for o in (["metrics.loss DESC", "attributes.run_name"], ["attributes.run_name ASC"], ["tags.`mlflow.runName` DESC"])]
    out["search errors"] = [refused(client.search_runs, wine(), f)[0] for f in ("metrics.loss >", "nonsense", "metrics.loss = 'a'", "params.lr = 0.x")]
    page, seen = client.search_runs(wine(), max_results=2, order_by=["attributes.run_name"]), []
    while True:
        seen += [r.info.run_name for r in page]
        if not page.token:
            break
        page = client.search_runs(wine(), max_results=2, order_by=["attributes.run_name"], page_token=page.token)
    out["run pages"] = seen
    out["frame"] = sorted(c for c in mlflow.search_runs(wine()).columns if ".git." not in c)  # of where this file lies


def models():
    X, y = load_iris(return_X_y=True, as_frame=True)
    mlflow.sklearn.autolog(log_input_examples=True)
    with mlflow.start_run(run_name="forest") as r:
        call(r.info.run_id, "run")
        forest = RandomForestClassifier(n_estimators=5, random_state=1).fit(X, y)
    mlflow.sklearn.autolog(disable=True)
    got = client.get_run(r.info.run_id)
    made = got.outputs.model_outputs[0].model_id
    call(made, "model")
    out["autologged"] = run(got)
    out["autologged files"] = files(client.list_artifacts(r.info.run_id))
    m = client.get_logged_model(made)
    out["logged model"] = [m.name, m.model_type, str(m.status), m.source_run_id, m.artifact_location, m.params, {k: v for k, v in m.tags.items() if k not in ("mlflow.user", "mlflow.source.name", "mlflow.source.type", "mlflow.source.git.commit", "mlflow.source.git.branch", "mlflow.source.git.repoURL")},
                           sorted([x.key, num(x.value), x.run_id, x.dataset_name, x.dataset_digest] for x in m.metrics or [])]
    out["model files"] = sorted(p for p in os.listdir(mlflow.artifacts.download_artifacts(f"models:/{made}")))
    out["same"] = [bool((mlflow.sklearn.load_model(u).predict(X) == forest.predict(X)).all()) for u in (f"models:/{made}", f"runs:/{r.info.run_id}/model")]

    with mlflow.start_run(run_name="logistic") as r:
        call(r.info.run_id, "run")
        logistic = LogisticRegression(max_iter=500).fit(X, y)
        data = mlflow.data.from_pandas(pd.concat([X, y], axis=1), name="iris", targets="target", source="https://example.org/iris.csv")
        mlflow.log_input(data, context="training", tags={"part": "all"})
        mlflow.log_input(data, context="training")
        info = mlflow.sklearn.log_model(logistic, name="logistic", registered_model_name="iris", params={"c": 1.0})
        call(info.model_id, "model")
        mlflow.log_metric("acc", 0.75, step=3, model_id=info.model_id, dataset=data)
    out["logistic"] = run(client.get_run(r.info.run_id))
    out["by dataset"] = [[x.info.run_name for x in client.search_runs(wine(), f)] for f in ("datasets.name = 'iris'", f"dataset.digest = '{data.digest}'", "datasets.context = 'training'", "datasets.digest = 'none'")]
    m = client.get_logged_model(info.model_id)
    out["logistic model"] = [m.name, m.params, [[x.key, x.value, x.step, x.dataset_name, x.dataset_digest == data.digest] for x in m.metrics], m.tags.get("mlflow.modelVersions")]
    out["models found"] = [[m.name for m in client.search_logged_models(wine(), f, order_by=o)] for f, o in
                           (("name = 'logistic'", None), ("metrics.acc > 0.5", None), ("", [{"field_name": "name", "ascending": False}]), ("params.c = '1.0'", None))]
    client.set_logged_model_tags(info.model_id, {"k": "v", "l": "w"})
    client.delete_logged_model_tag(info.model_id, "l")
    out["model tags"] = [client.get_logged_model(info.model_id).tags.get(k) for k in "kl"]
    out["model errors"] = [refused(client.get_logged_model, "m-" + "0" * 32), refused(client.delete_logged_model_tag, info.model_id, "l")]
    return r, info, X, logistic


def registry(r, info, X, logistic):
    v1 = client.get_model_version("iris", "1")
    out["v1"] = version(v1)
    v2 = mlflow.register_model(f"runs:/{r.info.run_id}/logistic", "iris", tags={"a": "b"})
    out["v2"] = version(client.get_model_version("iris", v2.version))
    client.update_registered_model("iris", "flowers")
    client.update_model_version("iris", "1", "first")
    client.set_registered_model_tag("iris", "team", "x")
    client.set_model_version_tag("iris", "1", "ok", "yes")
    client.delete_model_version_tag("iris", "2", "a")
    client.set_registered_model_alias("iris", "champion", "1")
    client.set_registered_model_alias("iris", "next", "2")
    client.set_registered_model_alias("iris", "next", "1")
    client.delete_registered_model_alias("iris", "nobody")
    client.transition_model_version_stage("iris", "1", "Production")
    client.transition_model_version_stage("iris", "2", "production", archive_existing_versions=True)
    out["registered"] = registered(client.get_registered_model("iris"))
    out["by alias"] = version(client.get_model_version_by_alias("iris", "champion"))
    out["stages"] = [[v.version, v.current_stage] for v in client.get_latest_versions("iris", ["Production", "archived"])]
    out["registry same"] = [bool((mlflow.sklearn.load_model(u).predict(X) == logistic.predict(X)).all()) for u in ("models:/iris@champion", "models:/iris/2", "models:/iris/latest", "models:/iris/Production")]
    out["pyfunc same"] = bool((mlflow.pyfunc.load_model("models:/iris/1").predict(X) == logistic.predict(X)).all())
    out["uri"] = [client.get_model_version_download_uri("iris", "1")]
    client.create_registered_model("empty", tags={"t": "1"}, description="none yet")
    client.rename_registered_model("empty", "still empty")
    copied = client.copy_model_version("models:/iris/1", "copy")
    out["copy"] = version(copied)
    out["registry search"] = [[m.name for m in client.search_registered_models(f, order_by=o)] for f, o in
                              ((None, ["name ASC"]), ("name = 'iris'", None), ("name LIKE '%empty'", None), ("tags.team = 'x'", None))]
    out["versions found"] = [[[v.name, str(v.version)] for v in client.search_model_versions(f, order_by=o)] for f, o in
                             (("name = 'iris'", ["version_number ASC"]), (f"run_id = '{r.info.run_id}'", ["name ASC", "version_number DESC"]), ("tags.ok = 'yes'", None))]
    out["registry errors"] = [refused(client.get_registered_model, "nope"), refused(client.create_registered_model, "iris"), refused(client.get_model_version, "iris", "9"),
                              refused(client.get_model_version_by_alias, "iris", "nope"), refused(client.create_model_version, "nope", f"runs:/{r.info.run_id}/logistic")[0], refused(client.rename_registered_model, "iris", "copy")[0],
                              refused(client.set_registered_model_alias, "iris", "x", "9"), refused(client.transition_model_version_stage, "iris", "1", "nowhere")[0]]
    client.delete_model_version("iris", "2")
    out["version deleted"] = [refused(client.get_model_version, "iris", "2"), [str(v.version) for v in client.search_model_versions("name = 'iris'")]]
    out["number after"] = version(client.create_model_version("iris", f"runs:/{r.info.run_id}/logistic", r.info.run_id))["version"]
    client.delete_registered_model("copy")
    out["model deleted"] = refused(client.get_registered_model, "copy")


def scrub(v):
    if isinstance(v, dict):
        return {scrub(k): scrub(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [scrub(x) for x in v]
    if isinstance(v, str):
        for id, n in names.items():
            v = v.replace(id, n)
        return re.sub(r"/tmp/[\w/]*", "<tmp>", v)
    return v


experiments()
logging_runs()
searching()
registry(*models())
print(json.dumps(scrub(out), indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False))
