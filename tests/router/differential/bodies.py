"""Chunks, their extensions and trailers."""

from . import reasons
from .case import accepted, chunked, refused

END = b"0\r\n\r\n"

BODIES = (
    accepted("chunks", chunked(b"3\r\nabc\r\n2\r\nde\r\n" + END)),
    accepted("no chunk but the last", chunked(END)),
    accepted("a chunk's size in capitals and small letters", chunked(b"A\r\n0123456789\r\nb\r\n0123456789a\r\n" + END)),
    accepted("a chunk's size with leading zeros", chunked(b"0003\r\nabc\r\n000\r\n\r\n")),
    refused("a chunk's size with a plus", chunked(b"+3\r\nabc\r\n" + END)),
    refused("a chunk's size with a minus", chunked(b"-3\r\nabc\r\n" + END)),
    refused("a chunk's size with 0x", chunked(b"0x3\r\nabc\r\n" + END)),
    refused("a chunk's size with an underscore", chunked(b"1_0\r\nabc\r\n" + END)),
    refused("a space after a chunk's size", chunked(b"3 \r\nabc\r\n" + END), h11=reasons.CHUNK_LINE),
    refused("a space before a chunk's size", chunked(b" 3\r\nabc\r\n" + END)),
    refused("an empty chunk size", chunked(b"\r\nabc\r\n" + END)),
    refused("a chunk size that is no number", chunked(b"xyz\r\nabc\r\n" + END)),
    refused("a chunk size beyond 64 bits", chunked(b"10000000000000003\r\nabc\r\n" + END), h11=reasons.OVERFLOW),
    refused("a chunk longer than it says", chunked(b"3\r\nabcd\r\n" + END)),
    refused("a chunk without the end of its line", chunked(b"3\r\nabc" + END)),
    refused("a bare line feed after a chunk's size", chunked(b"3\nabc\r\n" + END)),
    refused("a bare line feed after a chunk", chunked(b"3\r\nabc\n" + END)),
    refused("a bare carriage return after a chunk's size", chunked(b"3\rabc\r\n" + END)),
    refused("bare line feeds at the end", chunked(b"3\r\nabc\r\n0\n\n")),
    accepted("a chunk's extension", chunked(b"3;a=b;c\r\nabc\r\n" + END)),
    accepted("a chunk's extension in quotes", chunked(b'3;a="b;c"\r\nabc\r\n' + END)),
    refused("a chunk's extension without a semicolon", chunked(b"3 a=b\r\nabc\r\n" + END)),
    refused("a bare line feed in a chunk's extension", chunked(b"3;a\nb\r\nabc\r\n" + END)),
    refused(
        "a bare carriage return in a chunk's extension", chunked(b"3;a\rb\r\nabc\r\n" + END), h11=reasons.CHUNK_LINE
    ),
    refused("a NUL in a chunk's extension", chunked(b"3;a\0b\r\nabc\r\n" + END), h11=reasons.CHUNK_LINE),
    accepted("trailers", chunked(b"3\r\nabc\r\n0\r\nX: y\r\n\r\n")),
    refused("a trailer without a colon", chunked(b"0\r\nnonsense\r\n\r\n")),
    refused("a trailer that is folded", chunked(b"0\r\nX: a\r\n b\r\n\r\n"), h11=reasons.FOLDED),
    refused("a trailer with a NUL", chunked(b"0\r\nX: a\0b\r\n\r\n")),
    refused("a length among the trailers", chunked(b"0\r\nContent-Length: 3\r\n\r\n"), h11=reasons.TRAILERS),
    refused("a coding among the trailers", chunked(b"0\r\nTransfer-Encoding: chunked\r\n\r\n"), h11=reasons.TRAILERS),
    accepted("a Host among the trailers", chunked(b"0\r\nHost: other\r\n\r\n")),
)
