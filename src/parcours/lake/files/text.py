"""Text files as bytes: gzip seen through, digest and encoding checked before anything is read from them."""

import codecs
import gzip
import hashlib
import io
from collections.abc import Generator
from pathlib import Path
from typing import IO, Final, cast

from parcours.app.ports.files import FileFault

CHUNK: Final = 1 << 20
SAMPLE: Final = 1 << 16
LONGEST_LINE: Final = 1 << 24
"""Characters of a line. A gzipped file of a few megabytes can hold one line of many gigabytes."""
GZIP: Final = b"\x1f\x8b"


class _Unzipped(gzip.GzipFile):
    """The content of a gzipped file; closing it closes the file."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__(fileobj=raw, mode="rb")
        self._zipped = raw

    def close(self) -> None:
        super().close()
        self._zipped.close()


class TextFile:
    """A text file in a known encoding, gzipped or not. Raises FileFault when a byte of it is not in that encoding."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.path = path
        self.encoding = _codec(encoding)
        self.size = path.stat().st_size
        with path.open("rb") as raw:
            self._zipped = raw.read(2) == GZIP
        self._reading: IO[bytes] | None = None
        self.digest = self._check(encoding)

    def content(self) -> IO[bytes]:
        """The content from its beginning."""
        raw = self.path.open("rb", buffering=CHUNK)
        self._reading = raw
        if not self._zipped:
            return raw
        return cast("IO[bytes]", _Unzipped(raw))

    def text(self) -> io.TextIOWrapper:
        """The content from its beginning as text, line ends as they are."""
        return io.TextIOWrapper(self.content(), encoding=self.encoding, newline="")

    def lines(self) -> Generator[str]:
        """The content line by line, line ends included. Raises FileFault for a line that no memory should have to hold."""
        with self.text() as text:
            while line := text.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    raise FileFault(f"{self.path.name} has a line of more than {LONGEST_LINE:,} characters: is it a file of rows?")
                yield line

    def done(self) -> int:
        """Bytes of the file that the newest reading has taken."""
        return self._reading.tell() if self._reading is not None and not self._reading.closed else self.size

    def _check(self, asked: str) -> bytes:
        digest = hashlib.sha256()
        decoder = codecs.getincrementaldecoder(self.encoding)()
        offset = lines = 0
        pending = b""
        with self.content() as content:
            while True:
                chunk = self._next(content)
                digest.update(chunk)
                try:
                    decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError as error:
                    lines += (pending + chunk)[: error.start].count(b"\n") + 1
                    raise self._fault(error, asked, offset - len(pending) + error.start, lines) from None
                if not chunk:
                    return digest.digest()
                pending = decoder.getstate()[0]
                offset += len(chunk)
                lines += chunk.count(b"\n")

    def _next(self, content: IO[bytes]) -> bytes:
        try:
            return content.read(CHUNK)
        except (EOFError, gzip.BadGzipFile) as error:
            raise FileFault(f"{self.path.name} begins as gzip and is broken further on: {error}.") from None

    def _fault(self, error: UnicodeDecodeError, asked: str, at: int, line: int) -> FileFault:
        byte = error.object[error.start] if error.start < len(error.object) else 0
        return FileFault(
            f"{self.path.name} is not {asked}: byte 0x{byte:02X} at offset {at:,} (line {line:,}) does not fit. "
            f"Say which encoding it has, for instance --encoding {self._likely()}."
        )

    def _likely(self) -> str:
        from charset_normalizer import from_bytes

        with self.content() as content:
            sample = content.read(SAMPLE)
        if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        best = from_bytes(sample).best()
        likely = best.encoding.replace("_", "-") if best is not None else "cp1252"
        return f"cp1252 or {likely}" if likely not in ("cp1252", "ascii", "utf-8") else "cp1252"


def _codec(encoding: str) -> str:
    """The codec's own name; UTF-8 with or without a byte order mark is one. Raises FileFault."""
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name)
    except (LookupError, ValueError):
        raise FileFault(f"There is no text encoding called {encoding!r}. Common ones: utf-8, cp1252, latin-1, utf-16.") from None
    return "utf-8-sig" if found.name == "utf-8" else found.name
