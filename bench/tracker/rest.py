"""Measures MLflow's client against `cellar ui` and against MLflow's own server on
SQLite, by turns in one run.

usage: PYTHON bench/tracker/rest.py CELLAR     (a Python with the whole of mlflow, the binary)
"""
import http.client, logging, os, random, socket, statistics, subprocess, sys, tempfile, time

os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true"}
from mlflow.entities import Metric, Param
from mlflow.tracking import MlflowClient

logging.disable(logging.WARNING)
TURNS = 3


def server(argv, cwd, port):
    """Starts a server and returns its process and the seconds until it answers."""
    t = time.perf_counter()
    with open(os.path.join(cwd, "log"), "w") as log:
        p = subprocess.Popen(argv, cwd=cwd, stdout=log, stderr=log, start_new_session=True)
    while True:
        try:
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            c.request("GET", "/health")
            if c.getresponse().status == 200:
                return p, time.perf_counter() - t
        except OSError:
            pass
        if p.poll() is not None or time.perf_counter() - t > 120:
            sys.exit(f"{argv[0]} does not answer: see {cwd}/log")
        time.sleep(0.02)


def free():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def rate(n, f):
    t = time.perf_counter()
    for i in range(n):
        f(i)
    return n / (time.perf_counter() - t)


def ms(f):
    t = time.perf_counter()
    f()
    return (time.perf_counter() - t) * 1e3


def turn(c, folder):
    e = c.create_experiment(f"turn {random.random()}")
    run, now = c.create_run(e).info.run_id, int(time.time() * 1000)
    got = {}
    got["log_metric, calls a second"] = rate(300, lambda i: c.log_metric(run, "loss", i / 7, step=i))
    got["log_param, calls a second"] = rate(100, lambda i: c.log_param(run, f"p{i}", i))
    got["log_batch of 1,000 points, points a second"] = 1000 * rate(10, lambda b: c.log_batch(run, metrics=[Metric("curve", random.random(), now + b, b * 1000 + j) for j in range(1000)]))
    made = []
    got["create_run and set_terminated, runs a second"] = rate(100, lambda i: (made.append(c.create_run(e).info.run_id), c.set_terminated(made[-1])))
    for r in made:
        c.log_batch(r, metrics=[Metric(f"m{j}", random.random(), now, 0) for j in range(6)], params=[Param(k, k) for k in "abcde"])
    got["get_run, calls a second"] = rate(100, lambda i: c.get_run(made[i]))
    got["search_runs, 100 found by a metric, ms"] = ms(lambda: c.search_runs([e], "metrics.m1 >= 0", order_by=["metrics.m1 DESC"]))
    got["get_metric_history of 10,000 points, ms"] = ms(lambda: c.get_metric_history(run, "curve"))
    path = os.path.join(folder, "blob")
    with open(path, "wb") as f:
        f.write(random.randbytes(32 << 20))
    got["log_artifact of 32 MB, ms"] = ms(lambda: c.log_artifact(run, path))
    got["download_artifacts of 32 MB, ms"] = ms(lambda: c.download_artifacts(run, "blob", tempfile.mkdtemp(dir=folder)))
    return got


def main():
    with tempfile.TemporaryDirectory() as d:
        servers, start = {}, {}
        for name, argv in {
            "cellar ui": [os.path.abspath(sys.argv[1]), "ui", "--no-open", "--store", "sqlite://{d}/cellar.db", "--port", "{port}"],
            "mlflow server": [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", "sqlite:///{d}/m.db", "--artifacts-destination", "{d}/files", "--port", "{port}"],
        }.items():
            folder, port = os.path.join(d, name.split()[0]), free()
            os.mkdir(folder)
            p, start[name] = server([a.format(d=folder, port=port) for a in argv], folder, port)
            servers[name] = p, MlflowClient(f"http://127.0.0.1:{port}"), folder
        got = {name: [] for name in servers}
        try:
            for _ in range(TURNS):
                for name, (_, client, folder) in servers.items():
                    got[name].append(turn(client, folder))
        finally:
            for p, _, _ in servers.values():
                os.killpg(p.pid, 15)
                p.wait()
    print(f"load {os.getloadavg()[0]:.1f}, medians of {TURNS} turns\n{'':46}{'cellar ui':>12}{'mlflow server':>16}{'ratio':>8}")
    rows = {"first answer after the start, ms": [start[n] * 1e3 for n in got]}
    rows |= {k: [statistics.median(t[k] for t in turns) for turns in got.values()] for k in turn_names(got)}
    for k, (ours, theirs) in rows.items():
        better = theirs / ours if k.endswith("ms") else ours / theirs
        print(f"{k:46}{ours:12.0f}{theirs:16.0f}{better:8.1f}")


def turn_names(got):
    return list(next(iter(got.values()))[0])


main()
