"""Make a virtual environment and install a requirements file, once: `make setup` calls this.

Runs on a bare Python, so it uses the standard library alone. A stamp, written last, holds the
digest of what was installed: the second time nothing happens, and a set-up that was killed
half-way is done again.
"""

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
#: PyTorch's own index of CPU builds: a tenth of the size of the builds for NVIDIA's cards.
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PROBE_SECONDS = 2.0


def main() -> int:
    """Make sure that the environment holds what the requirements file asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requirements", help="a requirements file in the repository's root")
    parser.add_argument("--environment", default=".venv", help="folder of the environment")
    arguments = parser.parse_args()
    if sys.version_info < OLDEST_PYTHON:
        return refuse(f"Python {platform.python_version()} is too old: install 3.11 or newer.")
    environment = ROOT / arguments.environment
    stamp = environment / f".{Path(arguments.requirements).stem}.installed"
    wanted = digest_of(arguments.requirements)
    if stamp.is_file() and stamp.read_text() == wanted and works(environment):
        return 0
    return install(environment, arguments.requirements) or write(stamp, wanted)


def refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def write(stamp: Path, digest: str) -> int:
    stamp.write_text(digest)
    return 0


def digest_of(name: str) -> str:
    """The digest of the requirements file, of every file it names and of this Python."""
    texts = [platform.python_version(), sys.platform, platform.machine()]
    waiting = [name]
    while waiting:
        text = (ROOT / waiting.pop()).read_text(encoding="utf-8")
        texts.append(text)
        waiting += [
            line[3:].strip() for line in text.splitlines() if line.startswith(("-r ", "-c "))
        ]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def python_of(environment: Path) -> Path:
    return environment / "bin" / "python"


def works(environment: Path) -> bool:
    """Whether the environment's Python starts: it does not when its folder was moved."""
    python = python_of(environment)
    if not python.exists():
        return False
    return subprocess.run([python, "-c", ""], check=False).returncode == 0


def install(environment: Path, requirements: str) -> int:
    """Make the environment when it is missing or broken, and install into it."""
    if not works(environment) and not made(environment):
        return refuse(
            "Python's venv module could not make an environment. On Debian and Ubuntu: "
            "apt-get install python3-venv, then the same command again."
        )
    install_torch(environment, requirements)
    print(
        f"Installing {requirements} (the first time this downloads a few hundred MB) …", flush=True
    )
    return pip(environment, "-r", requirements)


def made(environment: Path) -> bool:
    shutil.rmtree(environment, ignore_errors=True)
    print(f"Making the virtual environment {environment.name} …", flush=True)
    return subprocess.run([sys.executable, "-m", "venv", environment], check=False).returncode == 0


def pip(environment: Path, *arguments: str) -> int:
    command = [str(python_of(environment)), "-m", "pip", "--disable-pip-version-check", "install"]
    return subprocess.run([*command, "-qq", *arguments], cwd=ROOT, check=False).returncode


def install_torch(environment: Path, requirements: str) -> None:
    """Offer pip the small CPU build of PyTorch; without it pip takes what it finds by itself.

    A failure here is no failure: the requirements file asks for the same version again.
    """
    pin = torch_pin(requirements)
    if pin is None or has_torch(environment, pin) or not cpu_build_fits():
        return
    if not reachable(TORCH_CPU_INDEX):
        return
    print("No NVIDIA driver here: installing PyTorch's CPU build …", flush=True)
    constraints = ("-c", "constraints.txt")
    pip(environment, *constraints, "--retries", "1", "--extra-index-url", TORCH_CPU_INDEX, pin)


def torch_pin(requirements: str) -> str | None:
    """The line that pins torch, from the run-time requirements that every file includes."""
    for name in (requirements, "requirements.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line.startswith("torch=="):
                return line.strip()
    return None


def has_torch(environment: Path, pin: str) -> bool:
    version = pin.removeprefix("torch==")
    code = f"import importlib.metadata as m; assert m.version('torch').split('+')[0] == '{version}'"
    command = [str(python_of(environment)), "-c", code]
    done = subprocess.run(command, check=False, capture_output=True)
    return done.returncode == 0


def cpu_build_fits() -> bool:
    """Whether this is a Linux machine without an NVIDIA driver; elsewhere PyPI's build is small."""
    driver = Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi")
    return sys.platform == "linux" and not driver


def reachable(address: str) -> bool:
    """Whether the address answers at all within two seconds, name lookup and proxy included."""
    answered = threading.Event()

    def ask() -> None:
        try:
            request = urllib.request.Request(f"{address}/", method="HEAD")  # noqa: S310 (fixed https)
            urllib.request.urlopen(request, timeout=PROBE_SECONDS).close()  # noqa: S310
        except OSError:
            return
        answered.set()

    # A lookup of the name cannot be given a timeout, so it happens beside us.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PROBE_SECONDS)
    return answered.is_set()


if __name__ == "__main__":
    sys.exit(main())
