"""`mailbox://`: the built-in mailbox keeps every message and sends nothing."""

from collections.abc import Sequence

from parcours.app.ports import Delivery, Mail, Outgoing, Sending, Store, Tx


class MailboxChannel:
    """Delivers into the workspace's own mailbox. A message already kept is left as it is, so doing it again does no harm."""

    def __init__(self, store: Store, workspace: int) -> None:
        self._store = store
        self._workspace = workspace

    @property
    def idempotent(self) -> bool:
        """The mailbox knows messages by their id."""
        return True

    def deliver(self, batch: Sequence[Outgoing], at: int, sending: Sending, /) -> None:
        """Keep the batch in one unit of work."""
        started = [outgoing for outgoing in batch if sending.may_start(outgoing)]
        mails = [Mail(0, mail.message_id, mail.contact, at, mail.sender, mail.recipient, mail.subject, mail.raw) for mail in started]

        def keep(tx: Tx) -> None:
            for mail in mails:
                tx.mailbox.keep(mail)

        if mails:
            self._store.write(self._workspace, keep)
        kept = {mail.message_id for mail in mails}
        for identity in (outgoing.message_id for outgoing in batch):
            sending.ended(Delivery(identity, "sent", 250, "Kept.") if identity in kept else Delivery(identity, "withdrawn", 0, ""))

    def close(self) -> None:
        """Nothing is open."""
