"""The step kinds. A kind adds no code to the kernel: it lowers to its opcodes."""

from typing import Final

from parcours.core.journey.steps import attribute, branch, done, send, split, tag, wait, wait_for
from parcours.core.journey.steps.kind import StepKind

STEP_KINDS: Final[dict[str, StepKind]] = {
    kind.name: kind
    for kind in (
        wait.KIND, wait_for.KIND, branch.KIND, split.KIND, send.KIND, tag.KIND, tag.UNTAG, attribute.KIND, done.KIND,
    )
}  # fmt: skip
"""By the key that names it in a step."""
