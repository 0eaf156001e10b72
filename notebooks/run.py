"""Runs a notebook from its first cell to its last in a fresh kernel and saves the executed copy.

usage: python run.py IN.ipynb OUT.ipynb [--kernel NAME] [--timeout SECONDS]

Cells run in the folder of IN.ipynb, as they do in JupyterLab. Each cell is one line of progress. The exit status is 1,
with the cell and its error, when a cell fails; then the copy holds what ran up to there.
"""
import argparse
import os
import pathlib
import re
import sys
import time

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def title(source):
    """The first line of a cell that says something, for the line of progress."""
    lines = [l.strip() for l in source.splitlines() if l.strip() and not l.strip().startswith("//")]
    if not lines:
        return "(empty)"
    steps = [l for l in lines if "%" in l and re.match(r"(\w+\s*:=\s*)?%", l)]
    names = [l.rstrip("{ ") for l in lines if l.startswith(("func ", "type "))]
    line = (steps or names or lines)[0]
    return line if len(line) <= 62 else line[:61] + "…"


class Progress:
    def __init__(self, nb):
        self.code = [i for i, c in enumerate(nb.cells) if c.cell_type == "code" and c.source.strip()]
        self.started = 0.0

    def start(self, cell, cell_index):
        if cell_index not in self.code:
            return
        at = self.code.index(cell_index) + 1
        self.started = time.monotonic()
        print(f"  [{at:2}/{len(self.code)}] {title(cell.source):62}", end="", flush=True)

    def end(self, cell, cell_index, execute_reply):
        if cell_index in self.code:
            print(f" {time.monotonic() - self.started:6.1f} s", flush=True)


def save(nb, out):
    out.parent.mkdir(parents=True, exist_ok=True)
    new = out.with_name(out.name + f".{os.getpid()}.new")
    nbformat.write(nb, new)
    new.replace(out)


def explain(error, nb):
    """What went wrong, in the cell's own words."""
    failed = [(i, c, o) for i, c in enumerate(nb.cells) for o in c.get("outputs", []) if o.output_type == "error"]
    if isinstance(error, CellExecutionError) and failed:
        i, cell, output = failed[0]
        text = "\n".join(output.get("traceback") or []) or f"{output.get('ename')}: {output.get('evalue')}"
        return f"cell {i + 1} failed:\n\n{indent(cell.source)}\n\n{ANSI.sub('', text)}"
    if isinstance(error, CellTimeoutError):
        return f"a cell did not end in time: {str(error).splitlines()[0]}"
    if isinstance(error, DeadKernelError):
        return "the kernel died; run `cellar doctor` to see what is wrong"
    return f"{type(error).__name__}: {error}"


def indent(source):
    return "\n".join("    " + l for l in source.splitlines())


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("notebook", type=pathlib.Path)
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--kernel", help="another kernel than the notebook's own")
    p.add_argument("--timeout", type=int, default=600, help="seconds that one cell may take")
    a = p.parse_args()
    try:
        nb = nbformat.read(a.notebook, as_version=4)
    except (OSError, ValueError) as e:
        sys.exit(f"run {a.notebook}: {e}")
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    name = a.kernel or nb.metadata.get("kernelspec", {}).get("name", "cellar")
    progress = Progress(nb)
    client = NotebookClient(nb, kernel_name=name, timeout=a.timeout, resources={"metadata": {"path": str(a.notebook.resolve().parent)}},
                            on_cell_execute=progress.start, on_cell_executed=progress.end)
    started = time.monotonic()
    try:
        client.execute()
    except NoSuchKernel:
        sys.exit(f"run {a.notebook}: there is no kernel {name!r} where Jupyter looks; `jupyter kernelspec list` shows those there are")
    except Exception as e:  # whatever it is, keep what ran and say where
        print()
        save(nb, a.out)
        sys.exit(f"run {a.notebook}: {explain(e, nb)}\n\nWhat ran is in {a.out}")
    save(nb, a.out)
    print(f"  {len(progress.code)} cells in {time.monotonic() - started:.1f} s, saved as {a.out}")


main()
