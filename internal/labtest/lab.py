"""One real JupyterLab in headless chromium: what a person does with the quickstart, and what they must not see.

usage: python lab.py --out DIR --notebook NOTEBOOK.ipynb [--timeout SECONDS]

It opens a copy of the notebook, runs all cells, looks at every chart's pixels, interrupts an endless loop with the
button, takes a completion with Tab, and turns to the dark theme. It fails, with the reason, on an error output, a blank
chart, a console error, a request that leaves this machine, or a process that is left behind. Screenshots lie in DIR.
Needs jupyterlab, playwright, pillow, psutil and a chromium (CHROMIUM, else the one in PATH).
"""
import argparse
import io
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

import server
from PIL import Image, ImageStat
from playwright.sync_api import sync_playwright

# What is typed, by the notebook's language; Python is there to try this script against ipykernel.
TYPED = {
    "go": {"keep": "survivor := 41", "loop": "for {\n}", "ask": "survivor + 1", "import": 'import "strings"', "complete": "strings.ToUp", "offer": "ToUpper",
           "train": "%train mlp --data penguins --target species --epochs 1000000 --patience -1"},
    "python": {"keep": "survivor = 41", "loop": "while True: pass", "ask": "survivor + 1", "import": "import string", "complete": "string.ascii_up", "offer": "ascii_uppercase"},
}
CHART = ".jp-OutputArea-output canvas, .jp-OutputArea-output svg, .jp-OutputArea-output img"
READY = """() => {
  const panel = window.jupyterapp.shell.currentWidget, session = panel && panel.sessionContext;
  return session && session.isReady && session.session && session.session.kernel && session.session.kernel.status === 'idle'
    && panel.content.model && panel.content.model.cells.length > 1;
}"""
STOP = ".jp-NotebookPanel-toolbar [data-command='notebook:interrupt-kernel'], .jp-Toolbar [data-command='notebook:interrupt-kernel']"
SMALLEST_CHART = (250, 120)  # pixels; the bars in a table's cells are smaller


class Lab:
    def __init__(self, page, out, port):
        self.page, self.out, self.port = page, out, port
        self.away, self.console, self.failures = [], [], []
        page.on("request", lambda r: self.seen(r.url))
        page.on("websocket", lambda w: self.seen(w.url))
        page.on("console", lambda m: self.console.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.console.append(str(e)))

    def seen(self, url):
        here = (f"http://127.0.0.1:{self.port}/", f"ws://127.0.0.1:{self.port}/", "data:", "blob:", "about:")
        if not url.startswith(here):
            self.away.append(url)

    def check(self, name, ok, reason=""):
        print(f"  {'ok  ' if ok else 'FAIL'}  {name}" + ("" if ok else f": {reason}"), flush=True)
        if not ok:
            self.failures.append(name)
            self.shot("failed-" + "".join(c if c.isalnum() else "-" for c in name.lower())[:40])
        return ok

    def shot(self, name):
        self.page.screenshot(path=str(self.out / f"{name}.png"))

    # what a person does

    def open(self, name):
        self.page.goto(f"http://127.0.0.1:{self.port}/lab/tree/{name}?reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60000)
        # A cell that is run before the kernel answers would bring up a dialog that asks for one.
        self.page.wait_for_function(READY, timeout=60000)

    def idle(self, seconds):
        """Waits until no cell waits or runs; False when that takes too long."""
        end, told = time.time() + seconds, time.time()
        busy = self.page.locator(".jp-InputPrompt:has-text('[*]')")
        status = self.page.locator(".jp-Notebook-ExecutionIndicator").first
        while time.time() < end:
            if not busy.count() and status.get_attribute("data-status") == "idle":
                return True
            if time.time() - told > 10:
                told = time.time()
                print(f"        {busy.count()} cells to go", flush=True)
            self.page.wait_for_timeout(100)
        return False

    def run_all(self):
        self.page.click(".lm-MenuBar-itemLabel:text-is('Run')")
        self.page.click(".lm-Menu-item[data-command='runmenu:run-all']")

    def new_cell(self, text):
        """Adds a cell at the end with text in it and leaves the cursor there."""
        self.page.locator(".jp-Notebook .jp-Cell").last.locator(".jp-InputPrompt").first.click()
        self.page.keyboard.press("Escape")
        count = self.page.locator(".jp-Notebook .jp-Cell").count()
        self.page.keyboard.press("b")
        self.page.wait_for_function(f"document.querySelectorAll('.jp-Notebook .jp-Cell').length > {count}")
        self.page.keyboard.press("Enter")
        self.page.keyboard.insert_text(text)
        return self.page.locator(".jp-Notebook .jp-Cell").nth(count)

    def run_cell(self):
        self.page.keyboard.press("Control+Enter")

    def output(self, cell):
        return "\n".join(cell.locator(".jp-OutputArea-output").all_inner_texts()).strip()


def quickstart(lab, seconds):
    lab.run_all()
    start = time.time()
    if not lab.check("the notebook runs to its end", lab.idle(seconds), f"cells still wait after {seconds} s"):
        return
    print(f"        in {time.time() - start:.1f} s")
    page = lab.page
    errors = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").all_inner_texts()
    lab.check("no cell has an error", not errors, errors[0] if errors else "")
    prompts = page.locator(".jp-CodeCell .jp-InputArea-prompt").all_inner_texts()
    lab.check("every code cell ran", all(any(c.isdigit() for c in p) for p in prompts), str(prompts))
    stderr = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts()
    lab.check("nothing on standard error", not stderr, stderr[0][:500] if stderr else "")


def charts(lab, theme, least):
    """Every chart has ink: pixels that differ, in more than a few colours."""
    page, blank, found = lab.page, [], 0
    for element in page.locator(CHART).all():
        box = element.bounding_box()
        if not box or box["width"] < SMALLEST_CHART[0] or box["height"] < SMALLEST_CHART[1]:
            continue
        if element.evaluate("e => !!e.parentElement.closest('svg, canvas')"):
            continue
        element.scroll_into_view_if_needed()
        page.wait_for_timeout(150)
        found += 1
        png = element.screenshot()
        (lab.out / f"chart-{theme}-{found}.png").write_bytes(png)
        image = Image.open(io.BytesIO(png)).convert("RGB")
        spread = max(ImageStat.Stat(image).stddev)
        colours = len(image.getcolors(1 << 24))
        if spread < 3 or colours < 8:
            blank.append(f"chart {found}: spread {spread:.1f}, {colours} colours")
    lab.check(f"{found} charts have ink ({theme})", found >= least and not blank, "; ".join(blank) or f"fewer than {least} charts")


def pages(lab, theme):
    """Screenshots of the whole notebook, one screen after the other."""
    scroll = "(k) => { const e = document.querySelector('.jp-WindowedPanel-outer') || document.querySelector('.jp-Notebook'); const cells = document.querySelectorAll('.jp-Notebook .jp-Cell'), last = cells[cells.length - 1]; const end = last.getBoundingClientRect().bottom - e.getBoundingClientRect().top + e.scrollTop; e.scrollTop = k * e.clientHeight; return [end, e.clientHeight] }"
    height, screen = lab.page.evaluate(scroll, 0)
    for k in range(int(height // max(screen, 1)) + 1):
        lab.page.evaluate(scroll, k)
        lab.page.wait_for_timeout(300)
        lab.shot(f"page-{theme}-{k + 1}")


def interrupt(lab, typed):
    lab.new_cell(typed["keep"])
    lab.run_cell()
    lab.idle(20)
    cell = lab.new_cell(typed["loop"])
    lab.run_cell()
    lab.page.wait_for_timeout(1500)
    prompt = cell.locator(".jp-InputArea-prompt")
    lab.check("an endless loop runs", "*" in prompt.inner_text(), f"its prompt is {prompt.inner_text()!r}: {lab.output(cell)}")
    start = time.time()
    lab.page.click(STOP)
    stopped = lab.idle(20)
    lab.check("the stop button ends it", stopped, "it runs on 20 s later")
    print(f"        in {time.time() - start:.2f} s, with: {lab.output(cell).splitlines()[:1]}")
    lab.shot("interrupt")
    cell = lab.new_cell(typed["ask"])
    lab.run_cell()
    lab.idle(20)
    lab.check("a variable survives the interrupt", lab.output(cell) == "42", f"{typed['ask']} shows {lab.output(cell)!r}")


def live(lab, typed):
    """A long training draws its curve while it runs, and the button ends it with what was trained so far."""
    if "train" not in typed:
        return
    cell = lab.new_cell(typed["train"])
    lab.run_cell()
    chart = cell.locator(CHART).first
    try:
        chart.wait_for(timeout=30000)
        lab.page.wait_for_timeout(1000)
        before = chart.screenshot()
        lab.page.wait_for_timeout(3000)
        after = cell.locator(CHART).first.screenshot()
    except Exception as e:
        lab.check("a training draws its curve while it runs", False, f"{e}; its output is {lab.output(cell)[:500]!r}")
        return
    running = "*" in cell.locator(".jp-InputArea-prompt").inner_text()
    lab.shot("live")
    lab.check("a training draws its curve while it runs", running and before != after, f"it runs: {running}; the curve changes: {before != after}")
    lab.page.click(STOP)
    ended = lab.idle(20)
    lab.check("the stop button ends the training", ended and "interrupted" in lab.output(cell), f"idle: {ended}; its output is {lab.output(cell)[:500]!r}")
    lab.shot("live-stopped")


def completion(lab, typed):
    lab.new_cell(typed["import"])
    lab.run_cell()
    lab.idle(20)
    cell = lab.new_cell(typed["complete"])
    lab.page.keyboard.press("Tab")
    item = lab.page.locator(".jp-Completer-item")
    try:
        lab.page.wait_for_function("(offer) => document.querySelector('.jp-Completer-item') || document.querySelector('.jp-Notebook').innerText.includes(offer)", arg=typed["offer"], timeout=10000)
    except Exception as e:
        lab.check("Tab completes", False, f"nothing is offered for {typed['complete']}: {e}")
        return
    lab.shot("completion")
    offered = item.all_inner_texts() + [cell.locator(".cm-content").inner_text()]
    lab.check("Tab completes", any(typed["offer"] in o for o in offered), f"offered are {offered[:5]}")
    if item.count():
        lab.page.keyboard.press("Enter")
        lab.page.wait_for_timeout(300)
        text = cell.locator(".cm-content").inner_text()
        lab.check("a completion is taken", typed["offer"] in text, f"the cell is {text!r}")
    cell = lab.new_cell(typed["complete"].split(".")[0] + ".")
    lab.page.keyboard.press("Tab")
    try:
        item.first.wait_for(timeout=10000)
        lab.shot("completion-menu")
        lab.check("the menu has entries", item.count() > 3, f"{item.count()} entries")
    except Exception as e:
        lab.check("the menu has entries", False, str(e))
    lab.page.keyboard.press("Escape")


def dark(lab):
    lab.page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    lab.page.wait_for_function("document.body.dataset.jpThemeLight === 'false'", timeout=20000)
    lab.page.wait_for_timeout(1500)


def untrusted(lab, folder, name, least):
    """Opens what was saved as somebody else's notebook: no scripts run there, and every chart is still seen."""
    lab.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    lab.page.wait_for_timeout(1000)
    nb = json.loads((folder / name).read_text())
    nb["cells"].append({"cell_type": "markdown", "id": "changed-by-hand", "metadata": {}, "source": ["changed by hand"]})
    (folder / "elsewhere.ipynb").write_text(json.dumps(nb))
    lab.open("elsewhere.ipynb")
    lab.page.wait_for_timeout(1500)
    lab.check("a notebook from elsewhere is not trusted", not lab.page.evaluate("() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells).some(c => c.type === 'code' && c.trusted)"), "it is")
    charts(lab, "untrusted", least)
    pages(lab, "untrusted")


def visit(lab, folder, name, language, least, seconds):
    typed = TYPED[language]
    lab.open(name)
    quickstart(lab, seconds)
    pages(lab, "light")
    charts(lab, "light", least)
    interrupt(lab, typed)
    live(lab, typed)
    completion(lab, typed)
    dark(lab)
    pages(lab, "dark")
    charts(lab, "dark", least)
    untrusted(lab, folder, name, least)
    lab.check("no console errors", not lab.console, "; ".join(dict.fromkeys(lab.console))[:1500])
    lab.check("no request leaves the machine", not lab.away, "; ".join(lab.away[:5]))


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--out", type=pathlib.Path, required=True)
    p.add_argument("--notebook", type=pathlib.Path, required=True)
    p.add_argument("--timeout", type=int, default=300, help="seconds for all cells together")
    p.add_argument("--charts", type=int, default=2, help="charts that the notebook has at least")
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    for old in a.out.glob("*.png"):
        old.unlink()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        sys.exit("lab: no chromium; install it (apt-get install chromium) or name it in CHROMIUM")
    language = json.loads(a.notebook.read_text())["metadata"]["kernelspec"]["language"]
    with tempfile.TemporaryDirectory(prefix="cellar-lab-") as temporary:
        work = pathlib.Path(temporary)
        # A copy, for JupyterLab saves what it opens.
        shutil.copytree(a.notebook.resolve().parent, work / "notebooks", ignore=shutil.ignore_patterns("out", ".ipynb_checkpoints"))
        with server.Server(work) as jupyter, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            lab = Lab(browser.new_page(viewport={"width": 1400, "height": 1000}), a.out, jupyter.port)
            try:
                visit(lab, work / "notebooks", a.notebook.name, language, a.charts, a.timeout)
            except Exception as e:
                lab.check("the visit ends", False, f"{type(e).__name__}: {e}")
            finally:
                browser.close()
        left = jupyter.left
        lab.failures += ["no process is left behind"] if left else []
        print(f"  {'FAIL' if left else 'ok  '}  no process is left behind" + (f": {left}" if left else ""))
    if lab.failures:
        print("\n".join(jupyter.log.splitlines()[-15:]))
        sys.exit(f"lab: {len(lab.failures)} failed: {'; '.join(lab.failures)} (screenshots in {a.out})")
    print(f"lab: all well; screenshots in {a.out}")


main()
