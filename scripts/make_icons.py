"""Draws the icons of the installed app from static/img/icon.svg; needs Chromium. Run it when the drawing changes."""

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "static/img"
SIZES = (180, 192, 512)
COLOURS = 32


def main() -> None:
    drawing = (IMAGES / "icon.svg").read_text(encoding="utf-8")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>*{{margin:0;display:block}}svg{{width:{size}px}}</style>{drawing}")
            shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            shot.quantize(COLOURS, dither=Image.Dither.NONE).save(IMAGES / f"icon-{size}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
