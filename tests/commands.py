"""Running programs in tests."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run(*command, **options):
    """Run a command that must succeed; return what it printed."""
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **options)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout
