"""What the last process had claimed is taken back beside the open door, and before anything is sent."""

from pathlib import Path

from parcours.app.ports import MessageState
from parcours.workers.crew import RECOVERED, Sender, owner_crew
from parcours.workers.loop import Pulse
from tests.app.sending import NOW, fresh_workspace

CLAIMED = RECOVERED + 50


def test_taking_back_neither_holds_up_the_start_nor_lets_anything_leave_before(tmp_path: Path) -> None:
    with fresh_workspace(tmp_path / "sending.sqlite") as workspace:
        zoe = workspace.contact(consents={"email.offers": True})
        for number in range(1, CLAIMED + 1):
            workspace.plan(zoe, number, state=MessageState.CLAIMED, claimed_by="the last one", claimed_until=NOW + 10**9)
        workspace.plan(zoe, CLAIMED + 1)

        def counted() -> dict[str, int]:
            return workspace.store.read(1, lambda tx: tx.messages.counts())

        owner_crew(workspace.services, Pulse())
        assert counted() == {"claimed": CLAIMED, "planned": 1}, "the start does the work that loops are there for"
        sender = Sender(workspace.services)
        assert sender.step() == RECOVERED
        assert counted() == {"claimed": CLAIMED - RECOVERED, "planned": RECOVERED + 1}
        while sender.step():
            assert "sent" not in counted() or "claimed" not in counted(), "something left before everything was taken back"
        assert counted() == {"sent": CLAIMED + 1}
