"""Request lines and headers."""

from interleaver.router.http1.message import MOST_HEADERS

from . import reasons
from .case import accepted, head, refused

LINES = (
    accepted("a plain request", head()),
    accepted("a request after empty lines", b"\r\n\r\n" + head(), h11=reasons.EMPTY_LINES),
    accepted("a request after a bare line feed", b"\n" + head(), h11=reasons.EMPTY_LINES),
    refused("a request after a space", b" " + head()),
    refused("a method in lower case", head(method="get"), h11=reasons.ANY_METHOD),
    refused("a method that nobody knows", head(method="FETCH"), h11=reasons.ANY_METHOD),
    accepted("a method of WebDAV", head(method="PROPFIND")),
    accepted("TRACE, which is the application's affair", head(method="TRACE")),
    refused("CONNECT", b"CONNECT shop:80 HTTP/1.1\r\nHost: shop:80\r\n\r\n", 501, h11=reasons.TUNNEL),
    refused("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, h11=reasons.VERSIONS),
    refused("the first bytes of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40)),
    refused("a version of one number", head(version="HTTP/1")),
    refused("a version that does not exist yet", head(version="HTTP/1.2"), h11=reasons.VERSIONS),
    refused("version 1.10", head(version="HTTP/1.10")),
    refused(
        "version 2.0 in the form of 1.1",
        head(version="HTTP/2.0"),
        505,
        h11=reasons.VERSIONS,
        httptools=reasons.VERSIONS,
    ),
    refused("version 0.9 by name", head(version="HTTP/0.9"), 505, h11=reasons.VERSIONS, httptools=reasons.VERSIONS),
    refused("version 0.9, which has no headers", b"GET /x\r\n\r\n", 505, httptools=reasons.VERSIONS),
    refused("a version in lower case", head(version="http/1.1")),
    refused("another protocol's name", head(version="HTTPS/1.1")),
    refused("tabs in the request line", b"GET\t/x\tHTTP/1.1\r\nHost: shop\r\n\r\n"),
    accepted("two spaces in the request line", b"GET  /x  HTTP/1.1\r\nHost: shop\r\n\r\n", h11=reasons.SPACES),
    refused("a space at the end of the request line", head(version="HTTP/1.1 ")),
    refused(
        "a request line that ends with a bare line feed", b"GET /x HTTP/1.1\nHost: shop\r\n\r\n", h11=reasons.LINE_FEED
    ),
    refused("a request line that ends with a bare carriage return", b"GET /x HTTP/1.1\rHost: shop\r\n\r\n"),
    refused("lines that all end with bare line feeds", b"GET /x HTTP/1.1\nHost: shop\n\n", h11=reasons.LINE_FEED),
)

TARGETS = (
    accepted(
        "a target with escapes, a query and odd but harmless characters", head(target="/a%20b/%zz?x=1&x=%00;y[]={}|^")
    ),
    accepted("a target with dots", head(target="/a/../b/./c//d")),
    accepted("a target that begins with two slashes", head(target="//other/x")),
    accepted("an empty query", head(target="/x?"), h11=reasons.QUERY, httptools=reasons.QUERY),
    accepted("a fragment, which clients must not send", head(target="/x#y"), httptools=reasons.QUERY),
    refused("a space in the target", head(target="/a b")),
    refused("a NUL in the target", head(target="/a\0b")),
    refused("a byte above 127 in the target", head(target="/a\xff")),
    refused("a DEL in the target", head(target="/a\x7f")),
    refused("a tab in the target", head(target="/a\tb")),
    refused("a target that does not begin with a slash", head(target="x"), h11=reasons.TARGET),
    refused("an authority where a path belongs", head(target="shop:80"), h11=reasons.TARGET),
    accepted("a target in absolute form", head(target="http://other/x?y=1"), h11=reasons.ORIGIN_FORM),
    refused(
        "an absolute target of another protocol",
        head(target="ftp://shop/x"),
        h11=reasons.TARGET,
        httptools=reasons.TARGET,
    ),
    refused(
        "an absolute target with a user in it",
        head(target="http://u:p@shop/x"),
        h11=reasons.TARGET,
        httptools=reasons.TARGET,
    ),
    accepted("OPTIONS for the server as a whole", head(method="OPTIONS", target="*")),
    refused("GET for the server as a whole", head(target="*"), h11=reasons.TARGET, httptools=reasons.TARGET),
)

HEADERS = (
    refused("no Host", b"GET /x HTTP/1.1\r\n\r\n", httptools=reasons.HOST),
    refused("two Hosts", head("Host: other"), httptools=reasons.HOST),
    refused("the same Host twice", head("host: shop"), httptools=reasons.HOST),
    accepted("an empty Host", b"GET /x HTTP/1.1\r\nHost:\r\n\r\n"),
    refused("a space in Host", b"GET /x HTTP/1.1\r\nHost: a b\r\n\r\n", h11=reasons.HOST, httptools=reasons.HOST),
    refused("a path in Host", b"GET /x HTTP/1.1\r\nHost: shop/x\r\n\r\n", h11=reasons.HOST, httptools=reasons.HOST),
    accepted("no Host in HTTP/1.0", b"GET /x HTTP/1.0\r\n\r\n", (200,), False),
    refused("a header without a colon", head("nonsense")),
    refused("a header without a name", head(": x")),
    refused("a space before the colon", head("X : y")),
    refused("a tab before the colon", head("X\t: y")),
    refused("a space in a header's name", head("X Y: z")),
    refused("a byte above 127 in a header's name", head("X\xff: y")),
    refused("a NUL in a header's name", head("X\0: y")),
    refused("a bracket in a header's name", head("X(: y")),
    accepted("an underscore in a header's name", head("X_Y: z")),
    accepted("an empty value", head("X:")),
    accepted("white space round a value", head("X: \t y \t ")),
    accepted("bytes above 127 in a value", head("X: \xe4\xff")),
    refused("a NUL in a value", head("X: a\0b")),
    refused("another control character in a value", head("X: a\x01b"), h11=reasons.CONTROL),
    refused("a DEL in a value", head("X: a\x7fb"), h11=reasons.CONTROL),
    accepted("a tab in a value", head("X: a\tb")),
    refused("a bare carriage return in a value", head("X: a\rb")),
    refused("a bare carriage return before the end of a line", head("X: a\r")),
    refused(
        "a header that ends with a bare line feed",
        b"GET /x HTTP/1.1\r\nHost: shop\nX: y\r\n\r\n",
        h11=reasons.LINE_FEED,
    ),
    refused("a head that ends with a bare line feed", b"GET /x HTTP/1.1\r\nHost: shop\r\n\n", h11=reasons.LINE_FEED),
    refused("a header folded with a space", head("X: a", " b"), h11=reasons.FOLDED),
    refused("a header folded with a tab", head("X: a", "\tb"), h11=reasons.FOLDED),
    refused("a first header that is folded", b"GET /x HTTP/1.1\r\n Host: shop\r\n\r\n"),
    refused("a Host that is folded", b"GET /x HTTP/1.1\r\nHost:\r\n shop\r\n\r\n", h11=reasons.FOLDED),
    accepted("a head just below the limit", head("X: " + "y" * 16_000)),
    refused("a head above the limit", head("X: " + "y" * 17_000), 431, h11=reasons.LIMIT, httptools=reasons.LIMIT),
    accepted("as many headers as may be", head(*(f"X{number}: y" for number in range(MOST_HEADERS - 1)))),
    refused(
        "one header too many",
        head(*(f"X{number}: y" for number in range(MOST_HEADERS))),
        431,
        h11=reasons.LIMIT,
        httptools=reasons.LIMIT,
    ),
    refused(
        "a target above the limit", head(target="/" + "x" * 17_000), 431, h11=reasons.LIMIT, httptools=reasons.LIMIT
    ),
)

HEADS = (*LINES, *TARGETS, *HEADERS)
