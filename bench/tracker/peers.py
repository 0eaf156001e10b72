"""Measures aim, trackio and wandb (offline) with the rows of main.go that they
have an API for. Each returns from a call as it does by itself: aim has stored
the point, the others have queued it; the rate with the end of the run says more."""
import json, os, random, signal, sqlite3, subprocess, sys, time

peer, folder = sys.argv[1], os.path.join(sys.argv[2], sys.argv[1])
os.makedirs(folder, exist_ok=True)
os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", TRACKIO_DIR=folder, AIM_UI_TELEMETRY_ENABLED="0")
os.chdir(folder)


class Aim:
    def __init__(self):
        from aim import Run

        self.run = Run(repo=folder, system_tracking_interval=None, log_system_params=False, capture_terminal_logs=False)

    def log(self, step, values):
        for name, v in values.items():
            self.run.track(v, name=name, step=step)

    def end(self):
        self.run.close()

    @staticmethod
    def read(id, name):
        from aim import Repo
        from aim.storage.context import Context

        # A closed or killed run is seen after this only.
        subprocess.run([os.path.join(os.path.dirname(sys.executable), "aim"), "storage", "--repo", folder, "reindex", "-y"], capture_output=True)
        repo = Repo(folder)
        run = repo.get_run(id)
        return len(run.get_metric(name, Context({})).values.values_list()) if run else 0

    @property
    def id(self):
        return self.run.hash


class Trackio:
    def __init__(self):
        import trackio

        self.trackio = trackio
        self.run = trackio.init(project="p", embed=False)

    def log(self, step, values):
        self.trackio.log(values, step=step)

    def end(self):
        self.trackio.finish()

    @staticmethod
    def read(id, name):
        found = 0
        for root, _, files in os.walk(folder):
            for f in files:
                if f.endswith(".db"):
                    with sqlite3.connect(os.path.join(root, f)) as db:
                        try:
                            found += sum(name in json.loads(m) for (m,) in db.execute("SELECT metrics FROM metrics WHERE run_name = ?", [id]))
                        except sqlite3.OperationalError:
                            pass
        return found

    @property
    def id(self):
        return self.run.name


class Wandb:
    def __init__(self):
        import wandb

        self.run = wandb.init(project="p", dir=folder, settings=wandb.Settings(x_disable_stats=True, console="off"))

    def log(self, step, values):
        self.run.log(values, step=step)

    def end(self):
        self.run.finish()

    read = None
    id = ""


make = {"aim": Aim, "trackio": Trackio, "wandb": Wandb}[peer]


def child():
    """Logs for ever; a line for each call that has returned."""
    t = make()
    print(t.id, flush=True)
    i = 0
    while True:
        t.log(i, {"loss": float(i)})
        print(i, flush=True)
        i += 1


def killed(out, seconds=5):
    me = open("/proc/self/cmdline").read().split("\0")[2]
    p = subprocess.Popen([sys.executable, "-c", me, *sys.argv[1:3], "child"], stdout=subprocess.PIPE, text=True, start_new_session=True)
    id, acked = "", 0
    for line in p.stdout:
        line = line.strip()
        if not line.isdigit():
            id = line or id
            continue
        acked += 1
        if acked == 1:
            until = time.monotonic() + seconds
        if time.monotonic() > until:
            os.killpg(p.pid, signal.SIGKILL)
    p.wait()
    out["acknowledged before kill -9"], out["of these lost"] = acked, max(0, acked - make.read(id, "loss"))


def size():
    return sum(os.path.getsize(os.path.join(r, f)) for r, _, files in os.walk(folder) for f in files)


def main():
    out = {}
    t0 = time.perf_counter()
    t = make()
    t.log(0, {"first": 0.0})
    out["open a new store"] = (time.perf_counter() - t0) * 1e3
    before, n = size(), 20_000
    start = time.perf_counter()
    for i in range(n):
        t.log(i + 1, {"loss": random.random()})
    out["log one at a time"] = n / (time.perf_counter() - start)
    t.end()
    out["log one at a time, with the end of the run"] = n / (time.perf_counter() - start)
    out["bytes a point"] = (size() - before) / n
    if make.read:
        start = time.perf_counter()
        assert make.read(t.id, "loss") == n
        out["read one curve of 20,000 points"] = (time.perf_counter() - start) * 1e3
    t = make()
    start = time.perf_counter()
    for b in range(10):
        t.log(b, {f"weight/{j}": random.random() for j in range(1000)})
    t.end()
    out["log 1,000 metrics a call"] = 10_000 / (time.perf_counter() - start)
    if make.read:
        killed(out)
    print(json.dumps(out))


child() if "child" in sys.argv else main()
