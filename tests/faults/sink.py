"""A mail server of its own that takes everything and keeps a ledger of it: python -m tests.faults.sink PORT LEDGER [LOSE].

Lines: `dot` (the final dot came: on the disk before the reply), `reply` (250 was written), `heard` (the client went on on that connection,
so it had the reply). With LOSE n, every n-th mail is taken and the connection is cut instead of answered: the window that nobody can close.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from email import message_from_bytes
from itertools import count
from pathlib import Path
from typing import Any

from tests.faults.ledger import Ledger, now

MAILS = count(1)


class Conversation:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, note: Callable[..., None], lose: int) -> None:
        self.reader, self.writer, self.note, self.lose = reader, writer, note, lose
        self.began, self.recipient, self.unheard = 0, "", ""

    async def run(self) -> None:
        """Until the client goes away."""
        self.say("220 sink")
        try:
            while line := await self.reader.readline():
                if self.unheard:
                    self.note(sync=False, what="heard", message_id=self.unheard)
                    self.unheard = ""
                if not await self.answer(line.decode("latin-1").strip()):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.writer.close()

    def say(self, text: str) -> None:
        self.writer.write(text.encode() + b"\r\n")

    async def answer(self, line: str) -> bool:
        """Answer one command; False when the connection is over."""
        command = line[:4].upper()
        match command:
            case "EHLO":
                self.say("250-sink\r\n250-PIPELINING\r\n250 SIZE 10000000")
            case "MAIL":
                self.began = now()
                self.say("250 ok")
            case "RCPT":
                self.recipient = line.partition("<")[2].partition(">")[0]
                self.say("250 ok")
            case "DATA":
                self.say("354 go on")
                await self.writer.drain()
                return self.take(await self.reader.readuntil(b"\r\n.\r\n"))
            case "QUIT":
                self.say("221 bye")
                return False
            case _:
                self.say("250 ok")
        await self.writer.drain()
        return True

    def take(self, octets: bytes) -> bool:
        """The mail is here, whole."""
        message: Any = message_from_bytes(octets)
        mail = {"message_id": str(message["Message-ID"]).strip("<>"), "recipient": self.recipient, "subject": str(message["Subject"])}
        self.note(what="dot", began=self.began, unsubscribe=str(message["List-Unsubscribe"]), **mail)
        if self.lose and next(MAILS) % self.lose == 0:
            return False
        self.say("250 taken")
        self.unheard = mail["message_id"]
        self.note(sync=False, what="reply", message_id=self.unheard)
        return True


async def main(port: int, ledger: Path, lose: int) -> None:
    """Listen for ever."""
    book = Ledger(ledger)
    server = await asyncio.start_server(lambda r, w: Conversation(r, w, book.note, lose).run(), "127.0.0.1", port)
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    await server.serve_forever()


def end_with_the_parent() -> None:
    """Standard input ends when whoever started this is gone."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_the_parent, daemon=True).start()
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0))
