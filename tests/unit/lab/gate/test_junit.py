"""JUnit: failed is a failure, not told an error, a warning passes with output, and what is watched is left out."""

from dataclasses import replace
from xml.etree import ElementTree as xml

from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.gate.junit import write_junit
from interleaver.lab.gate.reading import Gate
from tests.unit.lab.gate.gates import NOW, decide, make_evaluation, make_figure, make_gate, make_suite


def write(gate: Gate, evaluation: Evaluation) -> xml.Element:
    """The <testsuite> of the file."""
    text = write_junit(decide(gate, evaluation), "faces", "http://candidate", NOW)
    root = xml.fromstring(text.encode())
    check(root)
    (suite,) = root
    return suite


def check(root: xml.Element) -> None:
    """What readers of JUnit files take: the elements and attributes of the schema that Jenkins' plug-in publishes."""
    assert root.tag == "testsuites"
    for suite in root:
        assert (
            suite.tag,
            {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"} - set(suite.keys()),
        ) == (
            "testsuite",
            set(),
        )
        assert [child.tag for child in suite][:1] == ["properties"]
        cases = suite.findall("testcase")
        assert len(cases) == len(suite) - 1
        for case in cases:
            assert set(case.keys()) == {"classname", "name", "time"}
            assert [child.tag for child in case] in ([], ["failure"], ["error"], ["skipped"], ["system-out"])
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(count, "-1")) == len(suite.findall(f"testcase/{tag}"))
        assert int(suite.get("tests", "-1")) == len(cases)


def test_each_outcome_has_its_element() -> None:
    gate = make_gate(
        "{metric: nDCG@10, atLeast: 0.1}",
        "{metric: nDCG@10, notWorseBy: 0.001}",
        "{metric: AP, notWorseBy: 0.01}",
        "{metric: AP, atLeast: 0.9, level: warn}",
        "{metric: FNR, atMost: 0.9, level: watch}",
        "{metric: FNR, atMost: 0.1, notTold: warn}",
    )
    failing = make_figure(difference=(-0.1, -0.2, -0.05))
    suite = write(gate, make_evaluation(failing, make_figure("AP", difference=(0.0, -0.02, 0.02))))
    found = [(case.get("classname"), [child.tag for child in case]) for case in suite.findall("testcase")]
    assert found == [
        ("gate.rule-1", []),
        ("gate.rule-2", ["failure"]),
        ("gate.rule-3", ["error"]),
        ("gate.rule-4", ["system-out"]),
        ("gate.rule-6", ["system-out"]),
    ]
    (failure,) = suite.iter("failure")
    assert failure.get("message") == "difference -0.1 [-0.2, -0.05], all of it below -0.001"
    assert suite.findall("testcase")[1].get("name") == "nDCG@10 notWorseBy 0.001 [all]"


def test_what_is_not_applicable_is_skipped() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.1, notWorseBy: 0.01}")
    suite = write(gate, make_evaluation(make_figure(champion=None, difference=None), champion=False))
    assert [[child.tag for child in case] for case in suite.findall("testcase")] == [[], ["skipped"]]


def test_a_waived_failure_is_passed_with_output() -> None:
    waiver = "waivers: [{rule: 1, slice: {gender: f}, by: Ada, reason: new cameras, until: 2026-12-01}]\n"
    gate = make_gate("{metric: nDCG@10, atLeast: 0.9, slices: [{gender: f}, {gender: m}]}", more=waiver)
    suite = write(gate, make_evaluation(make_figure(cut=(("gender", "f"),))))
    output = suite.findtext("testcase/system-out")
    assert output is not None
    assert output.startswith("failed, waived until 2026-12-01 by Ada: new cameras: value 0.35")


def test_values_that_xml_cannot_spell_leave_the_file_readable() -> None:
    strange = 'a\x00b<&>"\ud800\uffff]]>'
    gate = replace(make_gate("{metric: nDCG@10, atLeast: 0.1, slices: [gender]}"))
    suite = write(gate, make_evaluation(suite=make_suite({"gender": [strange]})))
    assert suite.findall("testcase")[0].get("name") == r'nDCG@10 atLeast 0.1 [gender=a\x00b<&>"\ud800\uffff]]>]'


def test_the_digests_stand_in_it() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.1}")
    suite = write(gate, make_evaluation(make_figure()))
    assert {element.get("name"): element.get("value") for element in suite.iter("property")} == {
        "candidate": "http://candidate",
        "digest.suite": "5" * 64,
        "digest.gate": gate.digest,
        "digest.champion": "c" * 64,
        "digest.candidate": "a" * 64,
    }


def test_a_model_whose_address_xml_cannot_spell_leaves_the_file_readable() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.1}")
    text = write_junit(decide(gate, make_evaluation(make_figure())), "fa\x1bces", "http://\uffff", NOW)
    root = xml.fromstring(text.encode())
    assert root[0].get("name") == "interleaver lab gate: fa\ufffdces"
