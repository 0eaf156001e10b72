"""Measures MLflow's SQLite store, synchronous, with the rows of main.go. Fewer
points than there, because it is slow; the figures are rates."""
import json, os, random, signal, statistics, subprocess, sys, time

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
    print(json.dumps(out))


child() if len(sys.argv) > 2 else main()
