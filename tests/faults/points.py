"""The points at which a server is killed, by what it must be doing to pass them."""

UNITS = ("archive", "collect", "deliver", "route", "settling", "starting", "turn", "unsubscribe")
"""Files whose units of work commit while orders come and mails leave."""
OPERATED = ("filling", "forget", "publish")
"""Files whose units commit while somebody publishes and forgets."""
ELSEWHERE = {
    "aside": "only after an error",
    "claims": "only for messages that are on their way for 20 s and more",
    "click": "people click links in what they got; the sink does not",
    "doubting": "one unit a page, before a restored workspace is opened or when somebody asks",
    "exclusive": "leases of several processes, on PostgreSQL",
    "import_file": "a file is imported again from its start, and what is known is left out",
    "initialize": "before there is anything to lose",
    "judge": "people click links in what they got; the sink does not",
    "refold": "only for a past that changes: merges, and history that comes late",
    "release": "one unit, asked for by a person who sees the answer",
    "resolve": "one unit, asked for by a person who sees the answer",
    "restore": "before the restored workspace is opened",
    "retry": "only after an error",
    "sign_in": "people sign in again",
    "stages": "nobody's stage moves in these journeys",
    "templates": "one unit, asked for by a person who sees the answer",
    "tidy": "merges parts, at most every ten minutes",
    "workspace_settings": "one unit, asked for by a person who sees the answer",
}
"""Other files with units of work, and why no storm waits for them."""
PLACES = ("before_commit", "after_commit")
MAIL = ("smtp.before_mail", "smtp.before_content", "smtp.before_dot", "smtp.after_dot", "smtp.after_reply")
FILES = ("file.before_sync", "file.before_rename", "file.after_rename")
SERVING = (*(f"{unit}.{place}" for unit in UNITS for place in PLACES), *MAIL, *FILES)
OPERATING = tuple(f"{unit}.{place}" for unit in OPERATED for place in PLACES)
EVERY = (*SERVING, *OPERATING)
SAMPLE = (
    "collect.after_commit",
    "route.before_commit",
    "turn.before_commit",
    "turn.after_commit",
    "deliver.after_commit",
    "starting.after_commit",
    "smtp.after_dot",
    "smtp.after_reply",
    "settling.before_commit",
    "settling.after_commit",
    "archive.before_commit",
    "file.before_rename",
    "publish.after_commit",
    "forget.after_commit",
)
"""One of each kind, for every change."""
