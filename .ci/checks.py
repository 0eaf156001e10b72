"""Runs every check of the project and counts: the driver behind `./install.sh test`.

usage: checks.py [GO PACKAGES]     (CELLAR_BIN, CELLAR_PYTHON, CELLAR_PREFIX are set by install.sh)

With Go packages, only their tests run. The last line is `N passed, N failed[, N skipped]`.
"""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PREFIX = os.environ["CELLAR_PREFIX"]
PYTHON = os.environ["CELLAR_PYTHON"]
OUT = os.path.join(ROOT, ".build", "out")

passed, failed, skipped = 0, [], []


def environment():
    """The environment of every check: the built cellar first, its kernelspec and its XLA found, nothing of the person's."""
    env = dict(os.environ)
    env["PATH"] = os.path.join(PREFIX, "bin") + os.pathsep + env["PATH"]
    env["JUPYTER_PATH"] = os.path.join(PREFIX, "share", "jupyter")
    env["JUPYTER_PLATFORM_DIRS"] = "1"
    env["CELLAR_REQUIRE"] = "jupyter,browser,xla,mlflow,postgres,s3"
    env["CELLAR_S3_SERVER"] = os.path.join(ROOT, ".build", "bin", "versitygw")
    env["CELLAR_XLA_PLUGIN"] = plugin()
    env["CELLAR_JUPYTER_PYTHON"] = PYTHON
    env["CELLAR_KERNEL_BIN"] = os.environ["CELLAR_BIN"]
    env.pop("CELLAR_STORE", None)
    return env


def plugin():
    folder = os.path.join(PREFIX, "share", "cellar", "xla", "cpu")
    names = [n for n in os.listdir(folder) if n.endswith(".so")] if os.path.isdir(folder) else []
    return os.path.join(folder, names[0]) if names else ""


class Heartbeat:
    """Says now and then that a long check is still running."""

    def __init__(self, name):
        self.name, self.start, self.stop = name, time.time(), threading.Event()

    def __enter__(self):
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def _beat(self):
        while not self.stop.wait(30):
            print(f"  {self.name} ... {time.time() - self.start:.0f} s", flush=True)

    def __exit__(self, *exc):
        self.stop.set()


def record(name, ok, seconds, output=""):
    global passed
    print(f"{'ok  ' if ok else 'FAIL'}  {name}  ({seconds:.1f} s)", flush=True)
    if ok:
        passed += 1
    else:
        failed.append(name)
        print("\n".join("      " + line for line in output.rstrip().splitlines()[-60:]), flush=True)


def command(name, argv, good=lambda out: True, **kw):
    """One check that is one command: it passes when it exits 0 and good(its output)."""
    start = time.time()
    with Heartbeat(name):
        p = subprocess.run(argv, cwd=ROOT, env=environment() | kw.pop("env", {}), text=True, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace", **kw)
    record(name, p.returncode == 0 and good(p.stdout), time.time() - start, p.stdout)


def go_tests(packages, flags):
    """go test -json, every test counted by itself."""
    global passed
    start, outputs, seen = time.time(), {}, 0
    argv = ["go", "test", "-json", "-timeout=20m", *flags, *packages]
    print(f"      go test {' '.join(flags)}: {len(packages)} packages", flush=True)
    with Heartbeat("go test"), tempfile.TemporaryFile("w+") as err:
        p = subprocess.Popen(argv, cwd=ROOT, env=environment(), text=True, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=err, errors="replace")
        for line in p.stdout:
            try:
                e = json.loads(line)
            except ValueError:
                print("      " + line, end="")
                continue
            key = (e.get("Package") or e.get("ImportPath", ""), e.get("Test", ""))
            action = e["Action"]
            if action in ("output", "build-output"):
                outputs.setdefault(key, []).append(e["Output"])
            elif action == "pass" and key[1]:
                passed, seen = passed + 1, seen + 1
                outputs.pop(key, None)
            elif action == "skip" and key[1]:
                skipped.append(f"{key[0]} {key[1]}: " + "".join(outputs.pop(key, [])).strip().splitlines()[0][:160] if outputs.get(key) else key[1])
            elif action in ("fail", "build-fail"):
                failed.append(" ".join(key).strip())
                print(f"FAIL  {' '.join(key)}")
                print("".join("      " + l for l in outputs.pop(key, [])[-80:]), flush=True)
            elif action == "pass":
                print(f"ok    {key[0]}  ({e.get('Elapsed', 0):.1f} s)", flush=True)
        p.wait()
        err.seek(0)
        rest = err.read()
    if p.returncode and (not failed or rest):
        record("go test", False, time.time() - start, rest or "go test ended with no failing test named")
    if not seen:
        record("go test ran tests", False, time.time() - start, "no test ran")


def all_go_tests(packages):
    """The race detector everywhere but where interpreted Go runs: what stops a cell is a variable that the
    interpreter reads unsynchronised, on purpose (kernel/interp), and yaegi itself is not free of races."""
    listed = subprocess.run(["go", "list", *(packages or ["./..."])], cwd=ROOT, env=environment(), text=True, capture_output=True, check=True).stdout.split()
    interpreted = [p for p in listed if p.endswith(("/kernel/interp", "/kernel/worker", "/kernel/native", "/bench/gotest", "/bench/gofuzz", "/cmd/cellar"))]
    # race_mu is go-xla's own tag: its lock-free pool trips the race detector without it
    compiled = [p for p in listed if p not in interpreted]
    if compiled:
        go_tests(compiled, ["-race", "-tags=race_mu"])
    if interpreted:
        go_tests(interpreted, [])


def notebooks():
    folder = os.path.join(ROOT, "notebooks")
    for name in sorted(n for n in os.listdir(folder) if n.endswith(".ipynb")):
        with tempfile.TemporaryDirectory() as store:
            command(f"notebook {name}", [PYTHON, "notebooks/run.py", f"notebooks/{name}", os.path.join(OUT, name)],
                    env={"CELLAR_STORE": f"sqlite://{store}/store"})


def main():
    os.makedirs(OUT, exist_ok=True)
    packages = sys.argv[1:]
    if not packages:
        files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.go"], cwd=ROOT, text=True, capture_output=True, check=True).stdout.split()
        command("gofmt", ["gofmt", "-l", *files], good=lambda out: not out.strip())
        command("go vet", ["go", "vet", "./..."])
        command("staticcheck", [os.path.join(ROOT, ".build", "bin", "staticcheck"), "./..."])
    all_go_tests(packages)
    if not packages:
        notebooks()
        with tempfile.TemporaryDirectory() as store:
            command("JupyterLab in chromium", [PYTHON, "internal/labtest/lab.py", "--out", os.path.join(OUT, "lab"), "--notebook", "notebooks/quickstart.ipynb"],
                    env={"CELLAR_STORE": f"sqlite://{store}/store"})
    if skipped:
        print("skipped:", *sorted(skipped), sep="\n  ")
    if failed:
        print("failed:", *failed, sep="\n  ")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    sys.exit(bool(failed))


main()
