"""Take the README's picture: TranslationView in a real Chromium, on a sentence of the corpus with its gold links.

usage: python tools/readme_picture.py [--out docs/attention.png]
"""

import argparse
import tempfile
from pathlib import Path

from find_chromium import find_chromium
from playwright.sync_api import sync_playwright

from transformer_lab.corpus import load_corpus
from transformer_lab.files import write_file
from transformer_lab.translation import Translator, head_alignment_scores, weights_of_pairs
from transformer_lab.views import TranslationView


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the README's picture.")
    parser.add_argument("--out", type=Path, default=Path("docs/attention.png"))
    options = parser.parse_args()
    translator, pairs = Translator.load(), load_corpus("validation") + load_corpus("test")
    scores = head_alignment_scores(weights_of_pairs(translator, pairs[:200]), pairs[:200])
    layer, head = min((key for key in scores if key[1] is not None), key=lambda key: scores[key].error_rate)
    wanted = {"yesterday", "bought", "in"}
    pair = next(pair for pair in pairs if wanted <= set(pair.source) and len(pair.target) < 11)
    view = TranslationView(translator, " ".join(pair.source), layer=layer, head=head)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "view.html"
        view.to_html(page_file)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1180, "height": 800}, color_scheme="light")
        page.goto(page_file.as_uri())
        page.locator(".tl-view[data-paints]").wait_for()
        write_file(options.out, page.locator(".tl-view").screenshot())
        browser.close()
    print(f"{options.out}: {view!r}")


if __name__ == "__main__":
    main()
