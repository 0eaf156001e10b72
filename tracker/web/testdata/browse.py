"""What a person does with the pages, in headless chromium, and what must not happen meanwhile.

usage: python browse.py --url URL --out DIR [--only NAME]

The server is the Go test's: it holds the runs that fill makes, hostile texts in every field among them, and one run that
logs while this script looks. It fails on a script that runs out of a text, a console error, or a request that leaves the
machine. Screenshots lie in DIR.
"""
import argparse
import os
import pathlib
import re
import shutil
import sys
import time
import urllib.parse

from playwright.sync_api import sync_playwright


class Visit:
    def __init__(self, browser, url, out, **context):
        self.url, self.out, self.failures, self.errors, self.away = url, out, [], [], []
        self.context = browser.new_context(viewport={"width": 1360, "height": 900}, **context)
        self.context.expose_function("hit", lambda: self.errors.append("a text was run as a script"))
        self.page = self.open()

    def open(self):
        page = self.context.new_page()
        page.on("console", lambda m: self.errors.append(f"{m.text} ({m.location.get('url')})") if m.type in ("error", "warning") and self.mine(m) else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("dialog", lambda d: (self.errors.append("a dialog: " + d.message), d.dismiss()))
        page.on("request", lambda r: self.away.append(r.url) if not r.url.startswith((self.url, "data:", "blob:", "about:")) else None)
        return page

    def mine(self, message):
        """Whether it is about a page of ours: an artifact in its sandbox is refused what it tries, and the browser says so."""
        return "/raw?" not in (message.location.get("url") or "") and "192.0.2.1" not in message.text

    def go(self, path):
        answer = self.page.goto(self.url + path)
        self.page.wait_for_load_state("networkidle") if "events" not in path else None
        return answer

    def check(self, name, ok, reason=""):
        print(f"  {'ok  ' if ok else 'FAIL'}  {name}" + ("" if ok else f": {reason}"), flush=True)
        if not ok:
            self.failures.append(name)
            self.shot("failed-" + re.sub(r"\W+", "-", name.lower())[:40])

    def shot(self, name, whole=False):
        self.page.screenshot(path=str(self.out / f"{name}.png"), full_page=whole)


def until(page, expression, seconds=20):
    """Waits until an expression is true. Playwright's own way evaluates text in the page, which the page forbids."""
    end = time.time() + seconds
    while not page.evaluate(expression):
        if time.time() > end:
            raise TimeoutError(f"not true within {seconds} s: {expression}")
        page.wait_for_timeout(50)


def wait_charts(page):
    until(page, "() => { const all = [...document.querySelectorAll('.plot, .drawn')].filter(e => e.getBoundingClientRect().top < innerHeight); return all.length && all.every(e => e.querySelector('canvas, .note, .bars')) }")
    page.wait_for_timeout(150)


def rows(page):
    return page.locator("#runs tbody tr").count()


def table(v):
    page = v.page
    v.go("/")
    v.shot("experiments")
    page.click("text=wine quality")
    page.wait_for_selector("#runs")
    v.check("a page has 50 runs", rows(page) == 50, f"{rows(page)}")
    until(page, "document.querySelector('.pages').textContent.includes('of 70')")
    v.shot("runs")
    page.keyboard.press("/")
    v.check("/ goes to the filter", page.evaluate("document.activeElement.id") == "filter", page.evaluate("document.activeElement.outerHTML"))
    page.keyboard.type("params.lr = 0.01 and params.optimizer = 'adam'")
    page.keyboard.press("Enter")
    until(page, "document.querySelectorAll('#runs tbody tr').length === 7")
    v.check("the address has the filter", "filter=params.lr" in page.url, page.url)
    page.click("#runs thead a:text-is('model/f1')")
    page.wait_for_selector("th[aria-sort=ascending]")
    page.click("#runs thead a:text-is('model/f1')")
    page.wait_for_selector("th[aria-sort=descending]")
    at = page.locator("#runs thead th").evaluate_all("all => all.findIndex(e => e.title === 'metrics.model/f1')")
    values = page.locator("#runs tbody tr").evaluate_all("(all, at) => all.map(r => +r.cells[at].title)", at)
    v.check("a column sorts", values == sorted(values, reverse=True) and len(values) == 7, str(values))
    page.fill("#filter", "params.lr >> 1")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('filter').selectionStart === 11") # the page opens, then the cursor is set
    v.check("a wrong filter is kept, with the cursor at the character", page.evaluate("[document.getElementById('filter').value, document.getElementById('filter').selectionStart].join()") == "params.lr >> 1,11",
            page.evaluate("[document.getElementById('filter').value, document.getElementById('filter').selectionStart].join()"))
    v.shot("wrong-filter")
    page.go_back()
    page.wait_for_selector("#runs")
    v.go("/runs?experiment=wine+quality&page=2")
    v.check("the second page has the rest", rows(page) == 20, f"{rows(page)}")


def columns(v):
    page = v.page
    v.go("/runs?experiment=wine+quality")
    page.click("#columns summary")
    page.fill("#columns .narrow", "team")
    v.check("a column is found among many", page.locator("#columns .choice:visible").count() == 1, f"{page.locator('#columns .choice:visible').count()} are seen")
    page.check("#columns .choice:visible input")
    v.shot("columns")
    page.click("#columns button")
    page.wait_for_selector("#runs th[title='tags.team']")
    v.check("a choice of columns is in the address", "col=tags.team" in page.url, page.url)


def compare(v):
    page = v.page
    v.go("/runs?experiment=wine+quality")
    page.locator("#runs tbody input").nth(1).check()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    v.check("the arrows move through the rows", page.locator("#runs tbody input").nth(3).is_checked(), page.evaluate("document.activeElement.outerHTML"))
    v.check("two are selected, one by the keyboard", page.locator("#selected").inner_text() == "2 runs selected", page.locator("#selected").inner_text())
    v.go("/runs?experiment=wine+quality&page=2")
    page.locator("#runs tbody input").nth(0).check()
    v.check("a selection lasts across pages", page.locator("#selected").inner_text() == "3 runs selected", page.locator("#selected").inner_text())
    v.shot("selected")
    page.click("#selection button.main")
    page.wait_for_selector(".side")
    v.check("three runs are side by side", page.locator(".side thead th").count() == 4, page.locator(".side thead").inner_text())
    v.check("the best is marked", page.locator(".best").count() >= 2, "no value is")
    page.locator(".plot").first.scroll_into_view_if_needed()
    wait_charts(page)
    v.shot("compare", True)
    page.click("button[name=why]")
    page.wait_for_selector("#why")
    page.locator(".drawn").first.scroll_into_view_if_needed()
    wait_charts(page)
    page.wait_for_timeout(300)
    v.check("a comparison draws parameters against a metric", page.locator(".drawn canvas").count() == 2, f"{page.locator('.drawn canvas').count()} charts")
    v.shot("compare-why")
    page.locator("#knobs input[name=smooth]").fill("0.8")
    page.select_option("#knobs select", "time")
    wait_charts(page)
    page.wait_for_timeout(500)
    page.mouse.move(*centre(page, ".plot >> nth=0"))
    page.wait_for_timeout(300)
    v.check("the knobs are in the address", page.url.endswith("#x=time&smooth=0.8"), page.url)
    page.locator("#knobs").scroll_into_view_if_needed()
    v.shot("compare-smooth")


def delete(v):
    page = v.page
    v.go("/runs?experiment=wine+quality")
    page.evaluate("sessionStorage.clear()")
    page.reload()
    for i in (0, 2):
        page.locator("#runs tbody input").nth(i).check()
    page.click("#selection .bad")
    page.wait_for_selector(".told")
    v.check("two are deleted, with a way back", page.locator(".told").inner_text().startswith("2 runs are deleted.") and page.locator("#run-none").count() == 0, page.locator(".told").inner_text())
    until(page, "document.querySelector('.pages').textContent.includes('of 68')")
    v.shot("deleted")
    page.click(".trash")
    page.wait_for_selector("text=Deleted runs of wine quality")
    v.check("the deleted ones have a table", rows(page) == 2, f"{rows(page)}")
    page.go_back()
    page.wait_for_selector(".told")
    page.click(".told button")
    page.wait_for_selector("#runs")
    until(page, "document.querySelector('.pages').textContent.includes('of 70')")
    v.check("undo brings them back", True)


def models(v):
    page = v.page
    v.go("/models/wine-quality")
    page.fill(".change-model input[name=why] >> nth=0", "best f1 <i>so far</i>")
    page.click("text=Promote >> nth=-1")
    page.wait_for_selector(".alias")
    page.select_option(".change-model >> nth=0 >> select", "3")
    page.click(".change-model >> nth=0 >> button")
    page.wait_for_selector("#v3 .alias")
    v.check("a promotion is in the history, with its reason", "best f1 <i>so far</i>" in page.locator(".events").inner_text(), page.locator(".events").inner_text())
    page.click("text=Roll back")
    page.wait_for_selector("#v8 .alias")
    v.check("a rollback goes to the version before", page.locator("#v3 .alias").count() == 0)
    v.shot("model", True)


def centre(page, selector):
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def run(v):
    page = v.page
    v.go("/runs?experiment=wine+quality&filter=name+%3D+%27brisk-otter-70%27")
    page.click("#runs tbody a.name")
    page.wait_for_selector("#metrics")
    v.shot("run", True)
    page.fill("input[placeholder=name]", "reviewed")
    page.fill("input[placeholder=value]", "<b>yes</b>")
    page.click(".pair button:text-is('Set')")
    page.wait_for_selector("th[title=reviewed]")
    v.check("a tag is set as it was typed", page.locator("tr:has(th[title=reviewed]) td .text").inner_text() == "<b>yes</b>")
    page.click("button[aria-label='Remove tag reviewed']")
    page.wait_for_selector("th[title=reviewed]", state="detached")
    for tab in ("Curves", "Source", "Lineage", "System"):
        page.click(f".tabs a:has-text('{tab}')")
        page.wait_for_load_state("networkidle")
        if tab != "Source":
            wait_charts(page)
        v.shot("run-" + tab.lower())
    page.click(".tabs a:has-text('Artifacts')")
    for name in ("confusion.png", "predictions.csv", "config.json", "log.txt", "picture.svg", "report.html", "weights.bin", "../../etc/passwd"):
        page.click(f".files a[title='{name}']")
        page.wait_for_load_state("networkidle")
        if name.endswith((".png", ".svg")):
            v.check(name + " is a picture", page.evaluate("document.querySelector('.view img').naturalWidth") > 50)
        v.shot("artifact-" + re.sub(r"\W+", "-", name))
    page.click(".files a[title='report.html']")
    frame = page.frame_locator(".view iframe")
    v.check("an HTML artifact has its script, no origin and no way out", frame.locator("p").inner_text(timeout=5000) == "drawn null", frame.locator("p").inner_text())
    src = page.locator(".view iframe").get_attribute("src")
    other = v.open()
    other.goto(v.url + src)
    v.check("on its own it has no script", other.locator("p").inner_text() == "still", other.locator("p").inner_text())
    other.close()


def live(v, run):
    page = v.page
    page.goto(f"{v.url}/runs/{run}?tab=curves")
    wait_charts(page)
    count = "document.querySelector('.plot').data.curves[0].count"
    before = page.evaluate(count)
    page.evaluate("window.kept = document.querySelector('.plot canvas')")
    until(page, f"{count} > {before} + 20")
    v.check("a live curve grows in the same drawing", page.evaluate("kept.isConnected"), "it was drawn anew")
    v.shot("live")
    table = v.open()
    table.goto(v.url + "/runs?experiment=live")
    table.locator("#runs tbody input").first.check()
    table.evaluate("window.row = document.querySelector('#runs tbody tr')")
    at = table.locator("#runs thead th").evaluate_all("all => all.findIndex(e => e.title === 'metrics.loss')")
    cell = f"document.querySelector('#runs tbody tr').cells[{at}].title"
    first = table.evaluate(cell)
    until(table, f"{cell} !== '{first}'")
    v.check("a live table changes values, not rows", table.evaluate("row.isConnected && row.querySelector('input').checked"), "the row was made anew")
    table.goto(v.url + "/end")  # the test's own: the run ends
    page.wait_for_selector("#head .status.finished", timeout=20000)
    v.check("the page says that the run has ended", True)
    v.shot("live-ended")
    table.close()


def hostile(v):
    page = v.page
    seen, todo = set(), ["/", "/runs", "/runs/evil-1", "/models", "/datasets", "/lineage", "/compare?run=evil-1", "/compare?run=evil-1&run=brisk-otter-70", "/nowhere<script>hit()</script>",
                         "/runs?filter=" + urllib.parse.quote("<script>hit()</script>"), "/runs?experiment=" + urllib.parse.quote("'><img src=x onerror=hit()>"), "/lineage?of=" + urllib.parse.quote("<img src=x onerror=hit()>:x")]
    while todo and len(seen) < 60:
        path = todo.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = page.goto(v.url + path)
        page.wait_for_load_state("load")
        if page.locator(".plot, .drawn").count():
            page.locator(".plot, .drawn").first.scroll_into_view_if_needed()
            wait_charts(page)
            page.mouse.move(*centre(page, ".plot, .drawn >> nth=0"))
            page.wait_for_timeout(100)
        if answer.status >= 500:
            v.errors.append(f"{path} = {answer.status}")
        links = page.eval_on_selector_all("main a[href^='/']", "all => all.map(a => a.getAttribute('href'))")
        todo += [h for h in links if ("evil" in h or "hit" in h) and h not in seen and "download=1" not in h]
        v.errors[:] = [e for e in v.errors if "status of 404" not in e and "status of 400" not in e]
    v.check(f"{len(seen)} pages with hostile texts run none of them", not v.errors, "; ".join(v.errors[:3]))
    v.go("/runs/evil-1")
    v.shot("hostile", True)


def looks(browser, a):
    dark = Visit(browser, a.url, a.out, color_scheme="dark")
    for name, path in {"dark-runs": "/runs?experiment=wine+quality", "dark-run": "/runs/brisk-otter-70", "dark-compare": "/compare?run=brisk-otter-70&run=brisk-otter-64&run=brisk-otter-1", "dark-lineage": "/lineage", "dark-models": "/models"}.items():
        dark.go(path)
        if "compare" in name or "lineage" in name:
            wait_charts(dark.page)
        dark.shot(name)
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    dark.check("dark as the system has it", dark.page.evaluate(paper) == "rgb(19, 17, 18)", dark.page.evaluate(paper))
    dark.page.click("#scheme")
    dark.check("light when it is chosen", dark.page.evaluate(paper) == "rgb(247, 246, 245)", dark.page.evaluate(paper))
    dark.page.reload()
    dark.check("a choice is kept", dark.page.evaluate(paper) == "rgb(247, 246, 245)", dark.page.evaluate(paper))
    narrow = Visit(browser, a.url, a.out)
    narrow.page.set_viewport_size({"width": 420, "height": 860})
    for name, path in {"narrow-runs": "/runs?experiment=wine+quality", "narrow-run": "/runs/brisk-otter-70", "narrow-compare": "/compare?run=brisk-otter-70&run=brisk-otter-64", "narrow-artifacts": "/runs/brisk-otter-70?tab=artifacts"}.items():
        narrow.go(path)
        narrow.shot(name)
        wide = narrow.page.evaluate("document.documentElement.scrollWidth")
        narrow.check(f"{name} fits", wide <= 420, f"it is {wide} wide")
    narrow.page.keyboard.press("Tab")
    narrow.check("the first stop of the keyboard skips to the content", narrow.page.evaluate("document.activeElement.className") == "skip")
    for path in ("/datasets", "/models", "/datasets/wine", "/models/wine-quality"):
        narrow.page.set_viewport_size({"width": 1360, "height": 900})
        narrow.go(path)
        narrow.shot("page" + path.replace("/", "-"))
    return [dark, narrow]


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--url", required=True)
    p.add_argument("--out", type=pathlib.Path, required=True)
    p.add_argument("--live", required=True, help="the id of the run that logs")
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        sys.exit("browse: no chromium; install it or name it in CHROMIUM")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        v = Visit(browser, a.url, a.out)
        for step in (table, columns, compare, delete, models, run, lambda v: live(v, a.live), hostile):
            try:
                step(v)
            except Exception as e:
                v.check(getattr(step, "__name__", "step"), False, f"{type(e).__name__}: {e}")
        visits = [v] + looks(browser, a)
        for v in visits:
            v.check("no console error", not v.errors, "; ".join(dict.fromkeys(v.errors))[:1500])
            v.check("no request leaves the machine", not v.away, "; ".join(v.away[:5]))
        browser.close()
    sys.exit(1 if any(v.failures for v in visits) else 0)


main()
