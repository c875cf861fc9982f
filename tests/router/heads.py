"""Heads of messages as plain tuples, which can be compared."""

from interleaver.router.http1.message import AnswerHead, Headers, Request


def tell_headers(headers: Headers) -> list[tuple[bytes, bytes]]:
    for header in headers:
        assert header.key == header.name.lower()
        assert header.line == header.name + b": " + header.value + b"\r\n"
    return [(header.name, header.value) for header in headers]


def tell_request(head: Request) -> tuple[object, ...]:
    line = head.method, head.target, head.path
    framing = head.keep_alive, head.modern, head.length, head.declared, head.expects, head.switches
    return *line, tell_headers(head.headers), *framing, tell_headers([head.forwarded]), head.fields


def tell_answer(head: AnswerHead) -> tuple[object, ...]:
    return head.status, head.reason, tell_headers(head.headers), head.length
