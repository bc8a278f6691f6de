"""The built-in mailbox."""

from dataclasses import replace

from parcours.app.ports import Mail, Store
from parcours.testing.builders import NOW, identifier


def mail(**said: object) -> Mail:
    """A mail that is not kept yet."""
    fields = {"id": 0, "message_id": identifier(), "contact": 1, "at": NOW, "sender": "shop@example.org", "recipient": "a@example.org"}
    return Mail(**{**fields, "subject": "Hello", "raw": b"Subject: Hello\r\n\r\n\x00\xff", **said})  # type: ignore[arg-type]


class MailboxContract:
    """What the mailbox promises."""

    def test_a_mail_is_kept_once_and_comes_back_whole(self, store: Store) -> None:
        said = mail()
        store.write(1, lambda tx: tx.mailbox.keep(said))
        store.write(1, lambda tx: tx.mailbox.keep(replace(said, subject="again")))
        (listed,) = store.read(1, lambda tx: tx.mailbox.page("", None, 2**62, 9))
        assert listed == replace(said, id=listed.id, raw=b"")
        assert store.read(1, lambda tx: tx.mailbox.read(listed.id)) == replace(said, id=listed.id)
        assert store.read(1, lambda tx: (tx.mailbox.count(), tx.mailbox.read(listed.id + 1))) == (1, None)

    def test_pages_come_newest_first_by_contact_and_words(self, store: Store) -> None:
        subjects = ("Merci", "À bientôt", "merci encore", "100%")
        for place, subject in enumerate(subjects):
            store.write(1, lambda tx, p=place, s=subject: tx.mailbox.keep(mail(subject=s, contact=p % 2, recipient=f"r{p}@example.org")))  # type: ignore[misc]

        def found(text: str, contact: int | None = None, before: int = 2**62, limit: int = 9) -> list[str]:
            return [each.subject for each in store.read(1, lambda tx: tx.mailbox.page(text, contact, before, limit))]

        assert found("") == list(reversed(subjects))
        assert found("MERCI") == ["merci encore", "Merci"]
        assert found("à BIENTÔT") == ["À bientôt"]
        assert found("R3@") == ["100%"]
        assert found("%") == ["100%"]
        assert found("", 0) == ["merci encore", "Merci"]
        ids = [each.id for each in store.read(1, lambda tx: tx.mailbox.page("", None, 2**62, 9))]
        assert found("", None, ids[1], 1) == [subjects[1]]
