"""Where a body ends: the pairs by which requests are smuggled."""

from . import reasons
from .case import accepted, chunked, head, post, refused

LENGTHS = (
    accepted("a body with its length", post("Content-Length: 3", body=b"abc")),
    accepted("a body of length zero", post("Content-Length: 0")),
    accepted("a POST without a body", post()),
    accepted("a GET with a body", head("Content-Length: 3") + b"abc"),
    accepted("a length with leading zeros", post("Content-Length: 0003", body=b"abc")),
    accepted("a length with white space round it", post("Content-Length: \t 3 ", body=b"abc")),
    refused("a length with a plus", post("Content-Length: +3", body=b"abc")),
    refused("a length with a minus", post("Content-Length: -3", body=b"abc")),
    refused("a length in hex", post("Content-Length: 0x3", body=b"abc")),
    refused("a length with an underscore", post("Content-Length: 1_0", body=b"0123456789")),
    refused("a length that is a fraction", post("Content-Length: 3.0", body=b"abc")),
    refused("a length of two numbers", post("Content-Length: 3 3", body=b"abc")),
    refused(
        "a length that is a list of two equal ones", post("Content-Length: 3, 3", body=b"abc"), h11=reasons.LENGTHS
    ),
    refused("an empty length", post("Content-Length:")),
    refused("a length that is no number", post("Content-Length: three", body=b"abc")),
    refused("a length beyond 64 bits", post("Content-Length: 18446744073709551619", body=b"abc"), h11=reasons.OVERFLOW),
    refused("two equal lengths", post("Content-Length: 3", "Content-Length: 3", body=b"abc"), h11=reasons.LENGTHS),
    refused("two different lengths", post("Content-Length: 3", "Content-Length: 4", body=b"abc")),
    refused("a space before a length's colon", post("Content-Length : 3", body=b"abc")),
    refused("a length that is folded", post("Content-Length:", " 3", body=b"abc"), h11=reasons.FOLDED),
    accepted(
        "a body longer than its length is the next request",
        post("Content-Length: 0", body=head(target="/y")),
        (200, 200),
    ),
    refused(
        "a length and then chunks",
        post("Content-Length: 3", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        h11=reasons.BOTH,
    ),
    refused("chunks and then a length", chunked(b"0\r\n\r\n", "Content-Length: 3"), h11=reasons.BOTH),
    refused("chunks, and a length of zero", chunked(b"0\r\n\r\n", "Content-Length: 0"), h11=reasons.BOTH),
    refused("a coding that is not quite chunked", post("Transfer-Encoding: xchunked", body=b"0\r\n\r\n")),
    refused("chunked and another coding after it", post("Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n")),
    refused(
        "another coding before chunked",
        post("Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
        httptools=reasons.CODINGS,
    ),
    refused(
        "identity and chunked",
        post("Transfer-Encoding: identity, chunked", body=b"0\r\n\r\n"),
        httptools=reasons.CODINGS,
    ),
    refused("a coding that has no end", post("Transfer-Encoding: identity", body=b"abc")),
    refused("chunked twice in one header", post("Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n")),
    refused("chunked in two headers", chunked(b"0\r\n\r\n", "Transfer-Encoding: chunked")),
    refused("chunked and identity in two headers", chunked(b"0\r\n\r\n", "Transfer-Encoding: identity")),
    refused(
        "identity and chunked in two headers",
        post("Transfer-Encoding: identity", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        httptools=reasons.CODINGS,
    ),
    refused("chunked with a parameter", post("Transfer-Encoding: chunked;q=1", body=b"0\r\n\r\n")),
    refused("chunked with a comma after it", post("Transfer-Encoding: chunked,", body=b"0\r\n\r\n")),
    refused("chunked in quotes", post('Transfer-Encoding: "chunked"', body=b"0\r\n\r\n")),
    refused("chunked after a vertical tab", post("Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n")),
    refused("chunked with a tab after it", post("Transfer-Encoding: chunked\t", body=b"0\r\n\r\n"), h11=reasons.STRICT),
    refused("an empty coding beside a length", post("Transfer-Encoding:", "Content-Length: 3", body=b"abc")),
    refused("a space before the coding's colon", post("Transfer-Encoding : chunked", body=b"0\r\n\r\n")),
    refused("a coding that is folded", post("Transfer-Encoding:", " chunked", body=b"0\r\n\r\n"), h11=reasons.FOLDED),
    accepted("chunked in capitals", post("TRANSFER-ENCODING: Chunked", body=b"1\r\na\r\n0\r\n\r\n")),
    accepted("a tab before chunked", post("Transfer-Encoding:\tchunked", body=b"1\r\na\r\n0\r\n\r\n")),
    refused(
        "chunks in HTTP/1.0",
        b"POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        h11=reasons.OLD_CHUNKS,
        httptools=reasons.OLD_CHUNKS,
    ),
    refused(
        "chunks and a length in HTTP/1.0",
        b"POST /x HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        h11=reasons.OLD_CHUNKS,
    ),
    accepted(
        "a name like the coding's, with an underscore",
        post("Transfer_Encoding: chunked", "Content-Length: 3", body=b"abc"),
    ),
    accepted("Connection names the length", post("Connection: content-length", "Content-Length: 3", body=b"abc")),
    accepted("Connection names the coding", chunked(b"1\r\na\r\n0\r\n\r\n", "Connection: transfer-encoding")),
)
