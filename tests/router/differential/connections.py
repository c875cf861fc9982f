"""Several requests on one connection, and when it ends."""

from . import reasons
from .case import accepted, chunked, head, post, refused

GARBAGE = b"garbage\r\n\r\n"

CONNECTIONS = (
    accepted(
        "three requests in a row",
        head(target="/1") + post("Content-Length: 1", body=b"b") + head(target="/3"),
        (200,) * 3,
    ),
    accepted("a request after chunks", chunked(b"1\r\na\r\n0\r\n\r\n") + head(target="/2"), (200, 200)),
    accepted("a request after trailers", chunked(b"0\r\nX: y\r\n\r\n") + head(target="/2"), (200, 200)),
    accepted(
        "empty lines between requests",
        head(target="/1") + b"\r\n\r\n" + head(target="/2"),
        (200, 200),
        h11=reasons.EMPTY_LINES,
    ),
    accepted("garbage after a request", head() + GARBAGE, (200, 400), False, httptools=reasons.ORDER),
    accepted(
        "garbage after a body",
        post("Content-Length: 1", body=b"a" + GARBAGE),
        (200, 400),
        False,
        httptools=reasons.ORDER,
    ),
    accepted(
        "a smuggled request after a refused one is not served",
        post("Content-Length: 3", "Transfer-Encoding: chunked", body=b"0\r\n\r\n" + head(target="/smuggled")),
        (400,),
        False,
        h11=reasons.BOTH,
    ),
    accepted("Connection: close", head("Connection: close"), (200,), False),
    accepted("Connection: close in capitals", head("Connection: CLOSE"), (200,), False),
    accepted("close among other options", head("Connection: x, close"), (200,), False),
    accepted("close in a second header", head("Connection: x", "Connection: close"), (200,), False),
    accepted("close and keep-alive at once", head("Connection: close, keep-alive"), (200,), False),
    accepted("close in quotes is another option", head('Connection: "close"')),
    accepted(
        "what follows a request that closes is not served", head("Connection: close") + head(target="/2"), (200,), False
    ),
    accepted("HTTP/1.0 closes", head(version="HTTP/1.0"), (200,), False),
    accepted(
        "HTTP/1.0 with keep-alive stays",
        head("Connection: keep-alive", version="HTTP/1.0"),
        h11=reasons.KEEP_ALIVE,
        httptools=reasons.KEEP_ALIVE,
    ),
    accepted("HEAD", head(method="HEAD")),
    accepted("HEAD in the middle", head(method="HEAD") + head(target="/2"), (200, 200)),
    accepted("100-continue with the body at once", post("Expect: 100-continue", "Content-Length: 3", body=b"abc")),
    accepted(
        "100-continue in HTTP/1.0",
        b"POST /x HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
        (200,),
        False,
    ),
    refused(
        "an expectation that nobody knows",
        post("Expect: tea", "Content-Length: 3", body=b"abc"),
        417,
        h11=reasons.EXPECTATION,
        httptools=reasons.EXPECTATION,
    ),
    accepted(
        "an offer of HTTP/2",
        head("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAA"),
        httptools=reasons.OFFER,
    ),
    accepted(
        "an offer of HTTP/2 with a body",
        post("Connection: Upgrade", "Upgrade: h2c", "Content-Length: 3", body=b"abc"),
        httptools=reasons.OFFER,
    ),
    accepted(
        "an offer of HTTP/2 with chunks",
        chunked(b"1\r\na\r\n0\r\n\r\n", "Connection: Upgrade", "Upgrade: h2c"),
        httptools=reasons.OFFER,
    ),
    accepted("an Upgrade that Connection does not name", head("Upgrade: websocket")),
    accepted(
        "an offer of websocket that the application declines",
        head("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
        kept=False,
        httptools=reasons.OFFER,
        h11=reasons.DECLINED,
    ),
    accepted(
        "an offer of websocket without a key",
        head("Connection: Upgrade", "Upgrade: websocket"),
        httptools=reasons.OFFER,
    ),
    refused(
        "an offer of HTTP/2 with a length and chunks",
        post(
            "Connection: Upgrade", "Upgrade: h2c", "Content-Length: 3", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"
        ),
        h11=reasons.BOTH,
    ),
)
