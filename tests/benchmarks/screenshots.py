"""Takes the pictures of README: `python -m tests.benchmarks.screenshots http://127.0.0.1:8000 docs/page`.

It wants a running service over the shipped documents, and Debian's Chromium. Look at them.
"""

import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, sync_playwright

_SIZES = {360: 740, 900: 800, 1600: 900}
_THEMES: list[Literal["light", "dark"]] = ["light", "dark"]


def conversation(page: Page) -> None:
    """Ask a question, and where there is room open a quote beside it."""
    page.get_by_label("Your question").fill("how many troops?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator("article .actions").wait_for()
    if page.evaluate("innerWidth") > 1024:
        page.locator("a.to-source").last.click()
        page.locator("#side .sections").wait_for()


def main(address: str, folder: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for width, height in _SIZES.items():
            for theme in _THEMES:
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
                )
                page = context.new_page()
                page.goto(address)
                conversation(page)
                target = Path(folder) / f"{width}-{theme}.webp"
                Image.open(BytesIO(page.screenshot())).save(target, quality=80, method=6)
                context.close()
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
