"""`kubectl interleaver lint`."""

import argparse
import json
from pathlib import Path
from typing import Any

from interleaver.plugin.linting.files import Found, read_experiments
from interleaver.plugin.linting.finding import Finding
from interleaver.plugin.linting.linting import lint
from interleaver.plugin.linting.schema import read_schema
from interleaver.plugin.reading.answer import try_contract
from interleaver.plugin.refusal import Refusal
from interleaver.plugin.showing.documents import render

FOUND = 1


def run(options: argparse.Namespace) -> int:
    experiments = [one for file in options.files for one in read_experiments(file)]
    if not experiments:
        raise Refusal(f"there is no InterleavingExperiment in {', '.join(options.files)}")
    schema = read_schema()
    answer = read_answer(options.answer) if options.answer else None
    found = [
        (one, lint(one.document, schema) + try_answer(one.document, options.answer, answer)) for one in experiments
    ]
    print(render([list_words(*each) for each in found], options.output) if options.output else tell(found))
    return FOUND if any(finding.level == "FAIL" for _, findings in found for finding in findings) else 0


def read_answer(path: str) -> Any:
    """A model's answer in a file."""
    try:
        return json.loads(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise Refusal(f"the answer {path} cannot be read: {error}") from None


def try_answer(document: dict[str, Any], path: str | None, answer: Any) -> list[Finding]:
    """What the contract makes of the answer."""
    contract = (document.get("spec") or {}).get("contract")
    if path is None or not isinstance(contract, dict):
        return []
    problem = try_contract(contract, answer).problem
    return [Finding("FAIL", "spec.contract", f"{problem} (in {path})")] if problem else []


def tell(found: list[tuple[Found, list[Finding]]]) -> str:
    """For people."""
    return "\n".join("\n".join([f"{one.name}: {count(findings)}", *map(str, findings)]) for one, findings in found)


def count(findings: list[Finding]) -> str:
    return "ok" if not findings else f"{len(findings)} finding{'s' if len(findings) > 1 else ''}"


def list_words(one: Found, findings: list[Finding]) -> dict[str, Any]:
    """For programs."""
    return {"file": one.file, "name": one.name.partition(": ")[2], "findings": [each._asdict() for each in findings]}
