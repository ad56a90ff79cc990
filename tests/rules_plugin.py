"""Which test proves which rule: tests carry `@pytest.mark.rule("VIS-04")`, and a whole run notes those that passed.

The note (var/test-rules.json) has one part for each run of the suite; `python -m tools.docs` writes
docs/generated/rules.md from it. A run of some tests only, or one with a failure, leaves no note.
"""

import json
import os
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "docs" / "rules.toml"
NOTE = ROOT / "var" / "test-rules.json"


class RuleRecorder:
    """Keeps, over one run, the rules of each test and how the test came out."""

    def __init__(self) -> None:
        self.rules_of: dict[str, list[str]] = {}
        self.passed: dict[str, set[str]] = defaultdict(set)
        self.left_out: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note the marks, and refuse an id that docs/rules.toml does not know: it would be a slip of the pen."""
        known = tomllib.loads(RULES.read_text(encoding="utf-8"))
        for item in items:
            rules = [str(rule) for mark in item.iter_markers("rule") for rule in mark.args]
            if unknown := sorted(set(rules) - set(known)):
                raise pytest.UsageError(f"{item.nodeid}: docs/rules.toml does not know {', '.join(unknown)}")
            if rules:
                self.rules_of[item.nodeid] = rules

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        rules = self.rules_of.get(report.nodeid, [])
        test = report.nodeid.split("[", 1)[0]
        for rule in rules:
            if report.skipped:
                self.left_out.add(test)
            elif report.when == "call" and report.passed:
                self.passed[rule].add(test)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus != 0 or not is_whole(session.config):
            return
        note = json.loads(NOTE.read_text(encoding="utf-8")) if NOTE.exists() else {}
        note[part(session.config)] = {
            "passed": {rule: sorted(tests) for rule, tests in sorted(self.passed.items())},
            "left_out": sorted(self.left_out),
        }
        NOTE.parent.mkdir(exist_ok=True)
        NOTE.write_text(json.dumps(note, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def is_whole(config: pytest.Config) -> bool:
    """Whether this run was asked for everything: no test, folder, keyword or other mark chosen by hand."""
    option = config.option
    chosen = option.keyword or option.deselect or option.collectonly or not option.markexpr.startswith("not soak")
    return not chosen and config.args == config.getini("testpaths")


def part(config: pytest.Config) -> str:
    """Under which name this run is noted: what it was asked for, and on which database."""
    return (
        f"{config.option.markexpr} on {'postgresql' if os.environ.get('ROOMNIGHT_TEST_POSTGRES') == '1' else 'sqlite'}"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(RuleRecorder(), "rule-recorder")
