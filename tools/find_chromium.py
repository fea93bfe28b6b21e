"""Print the Chromium that the browser tests drive, or stop with what to do about it.

The environment variable ``CHROMIUM`` names one; else the usual names are looked up on the path and in the usual places.
"""

import os
import shutil
import sys

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"]
PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
]


MISSING = (
    "The browser tests need Chromium or Chrome, and none was found.\n"
    "Install one (Debian: apt-get install chromium; macOS: brew install --cask chromium),\n"
    "or name it: make test-browser CHROMIUM=/path/to/chromium"
)


def find_chromium():
    """Return the path of a Chromium, or None. A ``CHROMIUM`` that does not exist is an error, not a hint."""
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise SystemExit(f"CHROMIUM={named} is not a program")
        return found
    return next(filter(None, map(shutil.which, NAMES + PLACES)), None)


if __name__ == "__main__":
    path = find_chromium()
    if path is None:
        sys.exit(MISSING)
    print(path)
