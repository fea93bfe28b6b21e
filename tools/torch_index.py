"""Print pip's options for PyTorch's own index where its build for the CPU is the one to take; nothing elsewhere.

    python tools/torch_index.py [cpu | cuda]

On Linux the usual index has the build for NVIDIA GPUs, gigabytes larger. Without such a GPU, and where PyTorch's own
index answers within seconds, the build for the CPU is taken; ``cpu`` asks for it, ``cuda`` for the usual one, whatever
the machine.
"""

import shutil
import sys
import threading
import urllib.request
from pathlib import Path

INDEX = "https://download.pytorch.org/whl/cpu"
OPTIONS = f"--extra-index-url {INDEX}"
PATIENCE = 4.0


def has_nvidia_gpu(root=Path("/"), which=shutil.which):
    """Whether this machine shows an NVIDIA GPU: the driver's files (/dev/dxg is Windows's, in WSL), or its program."""
    files = ("proc/driver/nvidia/version", "dev/nvidiactl", "dev/dxg")
    return any((root / name).exists() for name in files) or which("nvidia-smi") is not None


def answers(address=INDEX + "/torch/", patience=PATIENCE):
    """Whether an address answers in time. In a thread, because looking up a name knows no timeout."""
    good = []

    def ask():
        try:
            with urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=patience) as reply:
                good.append(reply.status == 200)
        except (OSError, ValueError):
            good.append(False)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(patience)
    return good == [True]


def choose(asked, platform=sys.platform, gpu=has_nvidia_gpu, answering=answers):
    """Return (pip's options, the reason in words) for what was asked: ``cpu``, ``cuda`` or nothing.

    Raises
    ------
    SystemExit
        For anything else.
    """
    if asked not in ("", "cpu", "cuda"):
        raise SystemExit(f"TORCH={asked}: it may be cpu, cuda, or left out")
    if asked == "cuda":
        return "", "the usual build of PyTorch, as TORCH=cuda asks"
    if asked == "cpu":
        return OPTIONS, "PyTorch's build for the CPU, as TORCH=cpu asks"
    if not platform.startswith("linux"):
        return "", "the usual build of PyTorch"
    if gpu():
        return "", "the build of PyTorch for NVIDIA GPUs (TORCH=cpu takes the one for the CPU)"
    if answering():
        return OPTIONS, "no NVIDIA GPU here: PyTorch's build for the CPU (TORCH=cuda takes the one for GPUs)"
    return "", "PyTorch's own index does not answer: the usual build, which may be gigabytes larger"


def main():
    options, reason = choose(sys.argv[1] if len(sys.argv) > 1 else "")
    print(reason, file=sys.stderr)
    print(options)


if __name__ == "__main__":
    main()
