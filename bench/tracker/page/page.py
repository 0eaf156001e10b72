"""How long a person waits for the pages of a large store, in headless chromium: from the key to the rows.

usage: python page.py URL
"""
import os
import shutil
import statistics
import sys
import time

from playwright.sync_api import sync_playwright


def wait(page, act, ready):
    start = time.perf_counter()
    act()
    while not page.evaluate(ready):
        pass
    return 1000 * (time.perf_counter() - start)


def main():
    url = sys.argv[1]
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or sys.exit("page: no chromium")
    rows = "document.querySelectorAll('#runs tbody tr').length === 50 && !!document.querySelector('time[data-done]')"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        cold = []
        for _ in range(5):  # nothing is kept from the visit before
            context = browser.new_context()
            page = context.new_page()
            cold.append(wait(page, lambda: page.goto(url + "/runs", wait_until="commit"), rows))
            context.close()
        page = browser.new_page()
        warm = [wait(page, lambda: page.goto(url + "/runs", wait_until="commit"), rows) for _ in range(5)]
        filtered = []
        for i in range(5):
            page.fill("#filter", f"metrics.auc > 0.9{i}")
            filtered.append(wait(page, lambda: page.keyboard.press("Enter"), f"document.getElementById('list').dataset.href.includes('0.9{i}')"))
        ordered = []
        for _ in range(2):
            for way in ("ascending", "descending"):
                ordered.append(wait(page, lambda: page.click("#runs th[title='metrics.auc'] a"), f"!!document.querySelector('th[title=\"metrics.auc\"][aria-sort={way}]')"))
            page.click("#runs th[title='metrics.auc'] a")
            while page.evaluate("!!document.querySelector('th[aria-sort]')"):
                pass
        for name, all in {"first visit, to the rows": cold, "again": warm, "a filter, from Enter to the rows": filtered, "a click on a column, to the rows": ordered}.items():
            print(f"  {name:42} {statistics.median(all):6.0f} ms ({min(all):.0f}-{max(all):.0f})")
        browser.close()


main()
