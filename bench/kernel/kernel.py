"""The kernel beside ipykernel, in one run, by Jupyter's own client.

usage: python bench/kernel/kernel.py [--kernel cellar] [--peer python3] [--cells 200] [--json FILE]

The two take turns, so that a busy machine is busy for both. Prints one line for each figure: ours, the peer's, the ratio,
and the most that is allowed. Exits with 1 when a figure is over.
"""

import argparse
import json
import os
import socket
import statistics
import sys
import time

from jupyter_client.manager import KernelManager

GO = {
    "prepare": 'import "fmt"',
    "trivial": "1+1",
    "lines": 'for i := 0; i < 10000; i++ { fmt.Println("line", i) }',
    "loop": 'fmt.Println("on")\nfor {\n}',
}
PYTHON = {
    "prepare": "pass",
    "trivial": "1+1",
    "lines": 'for i in range(10000): print("line", i)',
    "loop": 'print("on", flush=True)\nwhile True: pass',
}
TIMEOUT = 60


class Kernel:
    def __init__(self, name, cells):
        self.name, self.cells = name, cells
        self.km, self.kc = self.spawn()
        self.kc.wait_for_ready(timeout=TIMEOUT)
        self.run(cells["prepare"])
        for _ in range(20):
            self.run(cells["trivial"])

    def spawn(self):
        km = KernelManager(kernel_name=self.name)
        km.start_kernel()
        kc = km.client()
        kc.start_channels()
        return km, kc

    def first_result(self):
        """Seconds from the start of the process to the reply of its first cell.

        The client connects when the kernel listens: one that connects before
        waits 100 to 200 ms before libzmq tries again, and would measure that.
        """
        t = time.perf_counter()
        km = KernelManager(kernel_name=self.name)
        km.start_kernel()
        for port in (km.shell_port, km.iopub_port):
            while not listens(km.ip, port):
                time.sleep(0.001)
        kc = km.client()
        kc.start_channels()
        mid = kc.execute(self.cells["trivial"])
        while kc.get_shell_msg(timeout=TIMEOUT)["parent_header"].get("msg_id") != mid:
            pass
        t = time.perf_counter() - t
        kc.stop_channels()
        km.shutdown_kernel(now=True)
        return t

    def begin(self, code):
        return self.kc.execute(code)

    def until_idle(self, mid, on=lambda m: None):
        while True:
            m = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if m["parent_header"].get("msg_id") != mid:
                continue
            on(m)
            if m["msg_type"] == "status" and m["content"]["execution_state"] == "idle":
                break
        self.kc.get_shell_msg(timeout=TIMEOUT)

    def run(self, code):
        """Seconds from sending a cell to its idle."""
        t = time.perf_counter()
        self.until_idle(self.begin(code))
        return time.perf_counter() - t

    def lines(self):
        """Seconds, messages and text of 10,000 printed lines."""
        got = []
        t = time.perf_counter()
        self.until_idle(
            self.begin(self.cells["lines"]),
            lambda m: got.append(m["content"]["text"]) if m["msg_type"] == "stream" else None,
        )
        return time.perf_counter() - t, len(got), "".join(got)

    def interrupt(self):
        """Seconds from the interrupt of an endless loop to idle."""
        mid = self.begin(self.cells["loop"])
        while True:
            m = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if m["msg_type"] == "stream" and m["parent_header"].get("msg_id") == mid:
                break
        time.sleep(0.2)
        t = time.perf_counter()
        self.km.interrupt_kernel()
        self.until_idle(mid)
        return time.perf_counter() - t

    def close(self):
        self.kc.stop_channels()
        self.km.shutdown_kernel(now=True)


def listens(ip, port):
    try:
        socket.create_connection((ip, port), timeout=1).close()
        return True
    except OSError:
        return False


def turns(ours, peer, n, measure):
    """n measures of each, in turn."""
    a, b = [], []
    for _ in range(n):
        a.append(measure(ours))
        b.append(measure(peer))
    return a, b


def alone(name, cells, n):
    """Milliseconds of each of n trivial cells of a kernel that has the client for itself, as in a notebook:
    beside another kernel's client a cell pays for its threads and for cold caches, a small one most of all."""
    k = Kernel(name, cells)
    ms = [k.run(cells["trivial"]) * 1e3 for _ in range(n)]
    k.close()
    return ms


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--kernel", default="cellar")
    p.add_argument("--peer", default="python3")
    p.add_argument("--cells", type=int, default=200)
    p.add_argument("--json", help="write the figures to this file too")
    o = p.parse_args()
    figures, over = [], 0

    def show(what, a, b, unit, most_ratio=None, most=None):
        nonlocal over
        ratio = a / b if b else float("nan")
        bad = (most_ratio is not None and ratio > most_ratio) or (most is not None and a > most)
        over += bad
        limit = f"ratio at most {most_ratio:g}" if most_ratio is not None else f"at most {most:g} {unit}"
        print(f"{what:32} {o.kernel} {a:9.2f} {unit:4} {o.peer} {b:9.2f} {unit:4} ratio {ratio:5.2f}  ({limit}){'  OVER' if bad else ''}")
        figures.append({"what": what, "ours": a, "peer": b, "unit": unit, "ratio": ratio, "over": bool(bad)})

    med = statistics.median
    print(f"load {os.getloadavg()[0]:.2f}")
    a, b = turns((o.kernel, GO), (o.peer, PYTHON), 3, lambda k: alone(*k, o.cells))
    show("trivial cell, sent to idle, p50", med(sum(a, [])), med(sum(b, [])), "ms", most_ratio=0.2)
    ours, peer = Kernel(o.kernel, GO), Kernel(o.peer, PYTHON)
    a, b = turns(ours, peer, 7, lambda k: k.first_result() * 1e3)
    show("spawn to first result, p50", med(a), med(b), "ms", most_ratio=0.25)
    a, b = turns(ours, peer, 5, Kernel.lines)
    want = "".join(f"line {i}\n" for i in range(10000))
    if any(text != want for _, _, text in a):
        print("10,000 lines: text is missing or out of order")
        over += 1
    show("10,000 lines, p50", med(t for t, _, _ in a), med(t for t, _, _ in b), "s", most=0.2)
    show("10,000 lines, messages", max(n for _, n, _ in a), max(n for _, n, _ in b), "", most=200)
    a, b = turns(ours, peer, 5, lambda k: k.interrupt() * 1e3)
    show("interrupt of an endless loop", max(a), max(b), "ms", most=50)
    ours.close()
    peer.close()
    if o.json:
        with open(o.json, "w") as f:
            json.dump(figures, f, indent=1)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
