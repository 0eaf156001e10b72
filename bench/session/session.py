"""10,000 typical cells in one session over the wire: memory of the kernel and its worker, and latency.

usage: python bench/session/session.py [--kernel cellar] [--cells 10000]

Needs jupyter_client and psutil. Exits with 1 when memory grows by more than 20 kB a cell, or the median
latency of the last thousand is more than a tenth over that of the first thousand.
"""

import argparse
import statistics
import sys
import time

import psutil
from jupyter_client.manager import KernelManager

CELLS = [
    "x*2 + {i}",
    "x = {i}",
    "v{i} := x + 1",
    "w := []int{{x, {i}}}",
    "func f(n int) int {{ return n + {i} }}",
    "f(x) + {i}",
    "type T struct{{ A, B{i} int }}\nt := T{{A: 1}}",
    "type M struct{{ N int }}\nfunc (m M) Add(n int) int {{ return m.N + n + {i} }}\nM{{1}}.Add(2)",
    'fmt.Println("line", {i})',
    "s := 0\nfor i := range 10 {{ s += i * {i} }}\ns",
]
WARM = 500


def memory(km):
    """Private bytes of the kernel and what it started, by process."""
    p = psutil.Process(km.provisioner.pid)
    return sum(q.memory_full_info().uss for q in [p, *p.children(recursive=True)])


def run(kc, code):
    t = time.perf_counter()
    reply = kc.execute_interactive(code, output_hook=lambda m: None, timeout=60)["content"]
    if reply["status"] != "ok":
        sys.exit(f"{code}: {reply}")
    return time.perf_counter() - t


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--kernel", default="cellar")
    a.add_argument("--cells", type=int, default=10_000)
    a = a.parse_args()
    km = KernelManager(kernel_name=a.kernel)
    km.start_kernel()
    kc = km.client()
    kc.start_channels()
    kc.wait_for_ready(timeout=60)
    run(kc, "x := 1\nfunc f(n int) int { return n }")
    times = []
    for i in range(a.cells):
        if i == WARM:
            run(kc, "runtime.GC(); debug.FreeOSMemory()")
            before = memory(km)
        times.append(run(kc, CELLS[i % len(CELLS)].format(i=i)))
    run(kc, "runtime.GC(); debug.FreeOSMemory()")
    grown = (memory(km) - before) / (a.cells - WARM) / 1000
    k = min(1000, a.cells // 3)
    first, last = statistics.median(times[WARM : WARM + k]) * 1000, statistics.median(times[-k:]) * 1000
    kc.stop_channels()
    km.shutdown_kernel(now=True)
    print(f"memory   {grown:6.1f} kB a cell (at most 20)")
    print(f"latency  {first:.2f} ms the first {k}, {last:.2f} ms the last {k}: {last / first:.2f} (at most 1.10)")
    sys.exit(grown > 20 or last / first > 1.1)


if __name__ == "__main__":
    main()
