"""The bytes of a file, unpacked where it is gzip, never more than a block in memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from kindred import confined
from kindred.errors import UploadRejected
from kindred.reading.limits import Limits, megabytes

#: Bytes that are read at once: large enough that calls cost nothing beside the work on them.
BLOCK_BYTES: Final = 1 << 22
#: Bytes from which encoding, delimiter and header are detected: a thousand lines or more.
HEAD_BYTES: Final = 1 << 18
GZIP_SIGNATURE: Final = b"\x1f\x8b"
#: ``wbits`` of zlib for data with a gzip header.
_WINDOW_BITS: Final = 31


def unpacked_blocks(path: Path, limits: Limits) -> Iterator[bytes]:
    """The file's bytes in blocks, unpacked if it is gzip.

    Raises :class:`UploadRejected` for more than ``limits.file_bytes`` and for damaged gzip.
    """
    total = 0
    with path.open("rb") as file:
        packed = file.read(2) == GZIP_SIGNATURE
        file.seek(0)
        blocks = _gunzip(path, limits) if packed else iter(lambda: file.read(BLOCK_BYTES), b"")
        for block in blocks:
            total += len(block)
            if total > limits.file_bytes:
                raise UploadRejected(
                    f"The file holds more than {megabytes(limits.file_bytes)}.",
                    code="file-too-large",
                    hint=f"The limit is {megabytes(limits.file_bytes)} unpacked. Split the file"
                    " and append the parts.",
                )
            yield block


def read_head(path: Path, limits: Limits, size: int = HEAD_BYTES) -> bytes:
    """The first ``size`` bytes of the content, unpacked; fewer where gzip is damaged further on.

    Raises :class:`UploadRejected` where not a single byte can be read.
    """
    head = b""
    try:
        for block in unpacked_blocks(path, limits):
            head += block
            if len(head) >= size:
                break
    except UploadRejected:
        if not head:
            raise
    return head[:size]


def _gunzip(path: Path, limits: Limits) -> Iterator[bytes]:
    """Blocks of a gzip file, unpacked by a process of its own."""
    try:
        yield from confined.stream(f"{__name__}:gunzip", str(path), bounds=limits.unpacking)
    except confined.Exceeded as err:
        what = "it needs too much time or memory" if err.limit else "it is damaged"
        raise UploadRejected(
            f"The gzip file can't be unpacked: {what}.",
            code="gzip-damaged",
            hint="Upload it unpacked.",
        ) from err


def gunzip(path: str) -> Iterator[bytes]:
    """Blocks of all members of a gzip file, one after the other."""
    with Path(path).open("rb") as file:
        yield from _members(file.read)


def _members(read: Callable[[int], bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_WINDOW_BITS)
    data = b""
    while True:
        data = data or read(BLOCK_BYTES)
        if not data:
            break
        try:
            block = unpacker.decompress(data, BLOCK_BYTES)
        except zlib.error as err:
            raise UploadRejected(
                "The gzip file is damaged.", code="gzip-damaged", hint="Pack or export it again."
            ) from err
        data = unpacker.unconsumed_tail
        if unpacker.eof:
            data = unpacker.unused_data
            if len(data) < len(GZIP_SIGNATURE):  # the next member may begin in the next block
                data += read(BLOCK_BYTES)
            if data[:2] != GZIP_SIGNATURE:
                yield block
                return
            unpacker = zlib.decompressobj(_WINDOW_BITS)
        if block:
            yield block
    if not unpacker.eof:
        raise UploadRejected(
            "The gzip file ends too early.", code="gzip-damaged", hint="Pack or export it again."
        )
