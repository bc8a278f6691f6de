"""Who is who, and who may be written to: a pure model of identities, merges, consent and erasure in sets and dictionaries."""

from dataclasses import dataclass, field

TOPIC, EVERY = "offers", "*"


@dataclass(eq=False)
class Human:
    """One person as the workspace should know them. `said`: the newest word on a topic; `acked`: ids of what they did."""

    user: str | None = None
    born: int = 0
    said: dict[str, bool] = field(default_factory=dict)
    acked: set[str] = field(default_factory=set)
    erased: bool = False

    def says(self, topic: str, granted: bool) -> None:
        """Every topic overrides what was said of one before."""
        self.said = {topic: granted} if topic == EVERY else {**self.said, topic: granted}

    def refuses(self, topic: str) -> bool:
        """Whether the last word on the topic was no."""
        return self.said.get(topic, self.said.get(EVERY)) is False

    def absorb(self, other: "Human") -> None:
        """Become one with somebody: a no on either side stays a no."""
        no = {topic for topic in (TOPIC, EVERY) if self.refuses(topic) or other.refuses(topic)}
        every = {**other.said, **self.said}
        self.said = {topic: topic not in no for topic in every} | {topic: False for topic in no if topic in every or EVERY in every}
        self.born = min(self.born, other.born)
        self.acked |= other.acked


@dataclass
class Everybody:
    """Whose each id is."""

    owners: dict[tuple[str, str], Human] = field(default_factory=dict)
    count: int = 0

    def new(self) -> Human:
        self.count += 1
        return Human(born=self.count)

    def humans(self) -> list[Human]:
        """Everybody who is known, each once."""
        return list({id(human): human for human in self.owners.values()}.values())

    def acts(self, user: str | None, visitor: str | None) -> Human:
        """Whose an event with these ids is; merges what it says is one."""
        if user is None:
            return self.owners.setdefault(("anonymous", str(visitor)), self.new())
        owner, known = self.owners.get(("user", user)), self.owners.get(("anonymous", visitor)) if visitor is not None else None
        if owner is None:
            owner = known if known is not None and known.user is None else self.new()
            owner.user = user
        elif known is not None and known is not owner and known.user is None:
            self.merge(known, owner)
        self.owners["user", user] = owner
        if visitor is not None:
            self.owners["anonymous", visitor] = owner
        return owner

    def alias(self, user: str, previous: str) -> Human:
        """Two ids of one person; the older one that has a user id stays."""
        other = self.owners.get(("user", previous)) or self.owners.get(("anonymous", previous))
        owner = self.owners.get(("user", user))
        if owner is None or other is None:
            owner = owner or other or self.new()
            owner.user = owner.user or user
            self.owners["user", user] = owner
            if other is None:
                self.owners["anonymous", previous] = owner
        elif owner is not other:
            owner, loser = sorted((owner, other), key=lambda human: (human.user is None, human.born))
            self.merge(loser, owner)
        return owner

    def merge(self, loser: Human, survivor: Human) -> None:
        """The loser's ids are the survivor's."""
        survivor.absorb(loser)
        self.owners = {key: survivor if human is loser else human for key, human in self.owners.items()}

    def forget(self, user: str) -> None:
        """The person and all their ids are unknown from now on."""
        gone = self.owners[("user", user)]
        gone.erased = True
        self.owners = {key: human for key, human in self.owners.items() if human is not gone}
