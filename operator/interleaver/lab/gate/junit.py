"""The verdict as JUnit XML, for what shows the results of builds: a rule on a slice is a test case.

The dialect is that of Jenkins' and GitLab's readers: <testsuites>, <testsuite> with counts, <testcase> with <failure>,
<error>, <skipped> or <system-out>. Failed is a failure, not told is an error, a warning is passed with output.
"""

import re
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as xml

from interleaver.lab.gate.outcome import GateResult, Judgement, Level, Outcome
from interleaver.lab.terms.figure import name_slice

# What XML 1.0 has no way to spell: values of attributes may hold it, and a reader refuses the file.
_UNSPEAKABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(result: GateResult, suite: str, candidate: str, now: datetime) -> str:
    """The file of one candidate's verdict. `suite` names the suite and `candidate` the model that was judged."""
    shown = [judgement for judgement in result.judgements if judgement.level is not Level.WATCH]
    cases = [_write_case(judgement) for judgement in shown]
    counts = {"tests": len(cases)} | {
        name: sum(case.find(tag) is not None for case in cases)
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    }
    root = xml.Element("testsuites", {name: str(count) for name, count in counts.items()})
    element = xml.SubElement(root, "testsuite", {"name": _spell(f"interleaver lab gate: {suite}")})
    for name, count in counts.items():
        element.set(name, str(count))
    element.set("time", "0")
    element.set("timestamp", now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    element.set("hostname", "localhost")
    properties = xml.SubElement(element, "properties")
    for name, value in [
        ("candidate", candidate),
        *(f"digest.{name} {value}".split(" ") for name, value in result.digests),
    ]:
        xml.SubElement(properties, "property", {"name": name, "value": _spell(value)})
    element.extend(cases)
    xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + xml.tostring(root, encoding="unicode") + "\n"


def _write_case(judgement: Judgement) -> xml.Element:
    name = f"{judgement.metric} {judgement.bound} [{name_slice(judgement.slice)}]"
    case = xml.Element("testcase", {"classname": f"gate.rule-{judgement.rule}", "name": _spell(name), "time": "0"})
    words = _spell(judgement.words)
    if judgement.blocks:
        tag = "failure" if judgement.outcome is Outcome.FAILED else "error"
        xml.SubElement(case, tag, {"message": words, "type": judgement.outcome.replace(" ", "-")}).text = words
    elif judgement.outcome is Outcome.NOT_APPLICABLE:
        xml.SubElement(case, "skipped", {"message": words})
    elif judgement.warns or judgement.outcome is Outcome.NOT_TOLD:
        waived = f", waived {judgement.waived}" if judgement.waived else ""
        xml.SubElement(case, "system-out").text = _spell(f"{judgement.outcome}{waived}: {judgement.words}")
    return case


def _spell(text: str) -> str:
    return _UNSPEAKABLE.sub("\ufffd", text)
