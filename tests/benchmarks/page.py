"""What the chat page weighs, and when it first paints: `python -m tests.benchmarks.page http://127.0.0.1:8000`.

It wants a running service with an index, and Debian's Chromium.
"""

import shutil
import sys
from statistics import median

from playwright.sync_api import Browser, sync_playwright

_LOADS = 9
#: Bytes as they lie in the files, without the answers of the service.
_WEIGHT = """() => {
  const own = performance.getEntriesByType("resource").filter((entry) => entry.name.includes("/web/"));
  const entries = [...performance.getEntriesByType("navigation"), ...own];
  return [entries.length, entries.reduce((sum, entry) => sum + entry.decodedBodySize, 0)];
}"""
_FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def load(browser: Browser, address: str) -> tuple[int, int, float]:
    """Return files, bytes and milliseconds until the first contentful paint, with nothing in the cache."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    files, weight = page.evaluate(_WEIGHT)
    painted: float = page.evaluate(_FIRST_PAINT)
    context.close()
    return files, weight, painted


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        loads = [load(browser, address) for _ in range(_LOADS)]
        browser.close()
    (files, weight), *_ = {(files, weight) for files, weight, _ in loads}
    print(f"{files} files, {weight:,} bytes uncompressed")
    print(f"first contentful paint: {median(painted for *_, painted in loads):.0f} ms, median of {_LOADS}")


if __name__ == "__main__":
    main(*sys.argv[1:])
