"""The contract of visits to tracked links."""

from parcours.app.ports import Click, Store, StoredLink, Visit
from parcours.testing.builders import NOW, identifier


class ClicksContract:
    """What the store promises of visits."""

    def test_visits_are_due_in_order_until_they_are_judged_and_kept_until_dropped(self, store: Store) -> None:
        message, other = identifier(), identifier()
        said = [
            Click(0, message, 7, NOW + 2, Visit.FOLLOWED),
            Click(0, message, 8, NOW + 1, Visit.LOOKED_AT),
            Click(0, other, 9, NOW + 9, Visit.AHEAD),
        ]
        for click in said:
            store.write(1, lambda tx, click=click: tx.clicks.note(click))  # type: ignore[misc]
        due = store.read(1, lambda tx: tx.clicks.due(NOW + 2, 9))
        assert [(click.number, click.visit) for click in due] == [(8, Visit.LOOKED_AT), (7, Visit.FOLLOWED)]
        assert [click.number for click in store.read(1, lambda tx: tx.clicks.due(NOW + 9, 1))] == [8]
        store.write(1, lambda tx: tx.clicks.judge([due[0].row]))
        assert [click.number for click in store.read(1, lambda tx: tx.clicks.due(NOW + 9, 9))] == [7, 9]
        assert sorted(click.number for click in store.read(1, lambda tx: tx.clicks.around([message]))) == [7, 8]
        store.write(1, lambda tx: tx.clicks.drop(NOW + 5))
        assert sorted(click.number for click in store.read(1, lambda tx: tx.clicks.around([message, other]))) == [7, 9]

    def test_links_are_counted_by_message(self, store: Store) -> None:
        message, other, none = identifier(), identifier(), identifier()
        kept = [
            StoredLink(message, 1, "https://a.example"),
            StoredLink(message, 2, "https://b.example"),
            StoredLink(other, 1, "https://c.example"),
        ]
        store.write(1, lambda tx: tx.messages.keep_links(kept))
        assert store.read(1, lambda tx: tx.clicks.links([message, other, none])) == {message: 2, other: 1}
