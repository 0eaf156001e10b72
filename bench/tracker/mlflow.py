"""Measures MLflow's SQLite store, synchronous, with the rows of main.go. Fewer
points than there, because it is slow; the figures are rates."""
import json, os, random, signal, sqlite3, statistics, subprocess, sys, time

path = "sqlite:///" + os.path.join(sys.argv[1], "mlflow.db")
t0 = time.perf_counter()
import mlflow
from mlflow.entities import Metric, Param
from mlflow.tracking import MlflowClient

import logging

logging.disable(logging.WARNING)


def ms(t):
    return (time.perf_counter() - t) * 1e3


def child():
    """Logs for ever; a line for each call that has returned."""
    c = MlflowClient(path)
    r = c.create_run("0").info.run_id
    print(r, flush=True)
    i = 0
    while True:
        c.log_metric(r, "loss", float(i), step=i)
        print(i, flush=True)
        i += 1


def killed(out, n=500):
    p = subprocess.Popen([sys.executable, "-c", open("/proc/self/cmdline").read().split("\0")[2], sys.argv[1], "child"], stdout=subprocess.PIPE, text=True)
    run, acked = p.stdout.readline().strip(), 0
    for _ in p.stdout:
        acked += 1
        if acked == n:
            p.send_signal(signal.SIGKILL)
    p.wait()
    have = len(MlflowClient(path).get_metric_history(run, "loss"))
    out["acknowledged before kill -9"], out["of these lost"] = acked, max(0, acked - have)


FILTER = "metrics.auc > 0.5 and params.lr = '0.01' and tags.team = 'x'"
HUNTS = [  # those of search.go that MLflow's language can say
    ("1,000 of 100,000 runs: one metric", "metrics.auc > 0.9", []),
    ("1,000 of 100,000 runs: metric, parameter, tag", FILTER, []),
    ("1,000 of 100,000 runs: those, the best first", FILTER, ["metrics.loss"]),
    ("the newest 1,000 of 100,000 runs", "", []),
]


def searching(out, n=100_000):
    """The runs of search.go, written into MLflow's tables (its client would
    take an hour), found by its client."""
    c = MlflowClient(path)
    e = c.create_experiment("searched")
    first = c.create_run(e).info.run_id
    db = sqlite3.connect(path.removeprefix("sqlite:///"))
    names = [r[1] for r in db.execute("PRAGMA table_info(runs)")]
    row = dict(zip(names, db.execute("SELECT * FROM runs WHERE run_uuid = ?", [first]).fetchone()))
    runs, params, tags, metrics = [], [], [], []
    for i in range(n):
        row.update(run_uuid=f"{i:032x}", name=f"run-{i}", status="FINISHED", start_time=row["start_time"] + 1, end_time=row["start_time"] + 2)
        runs.append(list(row.values()))
        id = row["run_uuid"]
        values = dict(lr=random.choice([0.1, 0.03, 0.01, 0.003, 0.001]), batch=random.choice([32, 64, 128]), family=random.choice(["mlp", "logistic"]),
                      epochs=random.randrange(100), hidden="[64, 32]", data="wine@v3", target="quality", dropout=random.random())
        params += [(k, str(v), id) for k, v in values.items()]
        tags += [("team", random.choice("xyz"), id), ("owner", f"person {random.randrange(50)}", id)]
        metrics += [(k, random.random(), 1, id) for k in ("auc", "loss", "f1", "accuracy", "validation/loss")]
    db.executemany(f"INSERT INTO runs VALUES ({','.join('?' * len(names))})", runs)
    db.executemany("INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", params)
    db.executemany("INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)", tags)
    for table in ("metrics", "latest_metrics"):
        db.executemany(f"INSERT INTO {table} (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, 0, 0, ?)", metrics)
    db.commit()
    db.close()
    for name, filter, order in HUNTS:
        times = []
        for _ in range(3):
            t = time.perf_counter()
            found = c.search_runs([e], filter, max_results=1000, order_by=order)
            times.append(ms(t))
            assert len(found) == 1000 and len(found[0].data.metrics) == 5 and len(found[0].data.params) == 8
        out[name] = statistics.median(times)


def main():
    out = {}
    c = MlflowClient(path)
    run = c.create_run("0").info.run_id
    out["open a new store"] = ms(t0)
    n = 1000
    t = time.perf_counter()
    for i in range(n):
        c.log_metric(run, "loss", random.random(), step=i)
    out["log one at a time"] = n / (time.perf_counter() - t)
    now = int(time.time() * 1000)
    t = time.perf_counter()
    for b in range(100):
        c.log_batch(run, metrics=[Metric("curve", random.random(), now, b * 1000 + j) for j in range(1000)])
    out["log 1,000 steps of a metric a call"] = 100_000 / (time.perf_counter() - t)
    t = time.perf_counter()
    for b in range(10):
        c.log_batch(run, metrics=[Metric(f"weight/{j}", random.random(), now, b) for j in range(1000)])
    out["log 1,000 metrics a call"] = 10_000 / (time.perf_counter() - t)
    killed(out)
    for i in range(1000):
        r = c.create_run("0").info.run_id
        c.log_batch(r, metrics=[Metric(f"metric/{j % 6}", random.random(), now, j // 6) for j in range(60)],
                    params=[Param(k, str(i)) for k in "abcde"])
    times = []
    for _ in range(3):
        t = time.perf_counter()
        c.search_runs(["0"], max_results=1000)
        times.append(ms(t))
    out["list 1,000 runs with 6 metrics, 5 parameters"] = statistics.median(times)
    t = time.perf_counter()
    c.get_metric_history(run, "curve")
    out["read one curve of 100,000 points"] = ms(t)
    if "search" in sys.argv:
        searching(out)
    print(json.dumps(out))


child() if "child" in sys.argv else main()
