"""The documents that the program can write itself: `python -m tools.docs`, or `--check` to see whether they are current.

policies.md     every number of a procedure: default, label, the rule it comes from
permissions.md  what each shipped role may do, and how far
urls.md         every address and what it asks of the seat
wiring.md       events and who reacts, periodic jobs, commands
rules.md        which tests prove which rule, and the page where a user meets it

rules.md names the marked tests that passed in the last whole run (var/test-rules.json); without such a run `--check`
compares it with the marks in the sources.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "generated"
NOTE = ROOT / "var" / "test-rules.json"
HEAD = "<!-- Written by `make docs`. Change the sources, not this file. -->\n\n"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roomnight.settings")
django.setup()

from django.utils import translation  # noqa: E402

from roomnight.kernel.commands import COMMANDS  # noqa: E402
from roomnight.kernel.events import HANDLERS  # noqa: E402
from roomnight.kernel.jobs import PERIODIC, RETRIES  # noqa: E402
from roomnight.kernel.policy import POLICIES, plain  # noqa: E402
from roomnight.organization.shipped_roles import ACTIONS, SHIPPED_ROLES  # noqa: E402
from tools.addresses import addresses  # noqa: E402


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; bars inside a cell are escaped."""
    head = list(head)
    lines = [head, ["---"] * len(head), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


def place(thing: Any) -> str:
    return f"{thing.__module__.removeprefix('roomnight.')}.{thing.__name__}"


def policies() -> str:
    rows = []
    for key, policy in sorted(POLICIES.items()):
        default = json.dumps(plain(policy.default), ensure_ascii=False, default=str)
        with translation.override("zh-hans"):
            chinese = str(policy.label)
        rows.append([f"`{key}`", policy.label, chinese, policy.kind, f"`{default}`", policy.source])
    return "# Policy values\n\n" + table(["key", "label", "中文", "kind", "default", "rule"], rows)


def permissions() -> str:
    letters = {action: letter for letter, action in ACTIONS.items()}
    resources = sorted({resource for role in SHIPPED_ROLES for resource, _action, _scope in role.cells()})
    rows = []
    for role in SHIPPED_ROLES:
        held: dict[str, dict[str, str]] = defaultdict(lambda: defaultdict(str))
        for resource, action, scope in role.cells():
            held[resource][scope] += letters[action]
        cells = ["; ".join(f"{actions} {scope}" for scope, actions in held[one].items()) for one in resources]
        rows.append([f"{role.name_en} {role.name}", *cells])
    legend = ", ".join(f"{letter} {action}" for letter, action in ACTIONS.items())
    return f"# What the shipped roles may do\n\n{legend}; an empty cell is refused.\n\n" + table(
        ["role", *resources], rows
    )


def urls() -> str:
    rows = []
    for one in addresses():
        needs = "`{}.{}`".format(*one.needs) if one.needs else ("a seat" if one.is_at_a_hotel else "")
        rows.append([f"`/{one.pattern}`", f"`{one.name}`" if one.name else "", needs])
    return "# Addresses\n\n" + table(["address", "name", "needs"], rows)


def wiring() -> str:
    reactions = sorted(
        (
            [place(kind), place(handler), first_line(handler)]
            for kind, handlers in HANDLERS.items()
            for handler in handlers
        )
    )
    jobs = sorted(
        [name.removeprefix("roomnight."), f"`{cron}`", retry(name), first_line(job.func)]
        for name, (cron, job) in PERIODIC.items()
    )
    verbs = sorted([f"`{name}`", first_line(verb)] for name, verb in COMMANDS.items())
    return (
        "# Wiring\n\n## Events and who reacts\n\n" + table(["event", "handler", "what it does"], reactions)
        + "\n## Periodic jobs\n\n" + table(["job", "when", "tries", "what it does"], jobs)
        + "\n## Commands\n\n" + table(["command", "what it does"], verbs)
    )  # fmt: skip


def retry(name: str) -> str:
    return str(RETRIES[name][0]) if name in RETRIES else "1"


def marked_tests() -> dict[str, set[str]]:
    """Every rule and the tests whose sources carry its mark, as `path::test`."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted([*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("roomnight/*/tests/**/test_*.py")]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        whole = [rule for node in tree.body if _is_pytestmark(node) for rule in _rules_in(node)]
        for test, own in _tests(tree.body, "", whole):
            for rule in own:
                found[rule].add(f"{path.relative_to(ROOT).as_posix()}::{test}")
    return found


def _tests(body: list[ast.stmt], inside: str, outer: list[str]) -> Iterator[tuple[str, list[str]]]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            rules = [*outer, *(rule for decorator in node.decorator_list for rule in _rules_in(decorator))]
            if isinstance(node, ast.ClassDef):
                yield from _tests(node.body, f"{inside}{node.name}::", rules)
            elif node.name.startswith("test_"):
                yield f"{inside}{node.name}", rules


def _is_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "pytestmark"


def _rules_in(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "rule":
            yield from (str(one.value) for one in call.args if isinstance(one, ast.Constant))


def passed_tests() -> tuple[dict[str, set[str]], set[str]]:
    """What the last whole runs on each database proved, and the marked tests that did not run in any of them."""
    passed: dict[str, set[str]] = defaultdict(set)
    left_out: set[str] = set()
    for run in json.loads(NOTE.read_text(encoding="utf-8")).values():
        left_out.update(run["left_out"])
        for rule, tests in run["passed"].items():
            passed[rule].update(tests)
    return passed, left_out.difference(*passed.values())


def rules(tests: dict[str, set[str]]) -> str:
    titles = tomllib.loads((ROOT / "docs" / "rules.toml").read_text(encoding="utf-8"))
    pages = tomllib.loads((ROOT / "docs" / "rule_pages.toml").read_text(encoding="utf-8"))
    patterns = {one.name: f"`/{one.pattern}`" for one in addresses()}
    parts = ["# Rules and the tests that prove them\n\n"]
    for rule, title in titles.items():
        if tests.get(rule):
            met = ", ".join(patterns.get(name, name) for name in pages.get(rule, []))
            parts.append(f"## {rule}\n\n{title}.\n\n" + (f"Met on {met}.\n\n" if met else ""))
            parts.append("".join(f"- `{test}`\n" for test in sorted(tests[rule])) + "\n")
    return "".join(parts).rstrip() + "\n"


WRITERS: dict[str, Callable[[], str]] = {
    "policies.md": policies,
    "permissions.md": permissions,
    "urls.md": urls,
    "wiring.md": wiring,
}


def rules_as_proven() -> tuple[str, str]:
    """rules.md from the last whole run where there is one that left nothing out, else from the marks; and which it was."""
    if not NOTE.exists():
        return rules(marked_tests()), "the marks in the sources"
    passed, left_out = passed_tests()
    if left_out:
        return rules(marked_tests()), f"the marks in the sources, as {len(left_out)} marked tests did not run here"
    return rules(passed), "the tests that passed in the last whole run"


def main(arguments: list[str]) -> int:
    if set(arguments) - {"--check"}:
        print(__doc__, file=sys.stderr)
        return 2
    with translation.override("en"):
        texts = {name: writer() for name, writer in WRITERS.items()}
        texts["rules.md"], basis = rules_as_proven()
    stale = [name for name, text in texts.items() if not same(FOLDER / name, HEAD + text)]
    if "--check" in arguments:
        for name in stale:
            print(f"docs/generated/{name} is not current: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (FOLDER / name).write_text(HEAD + texts[name], encoding="utf-8")
    unproven = [
        rule
        for rule in tomllib.loads((ROOT / "docs" / "rules.toml").read_text())
        if f"## {rule}\n" not in texts["rules.md"]
    ]
    print(f"docs/generated: {', '.join(stale) or 'all current'}; rules.md says {basis}")
    print(f"no test proves {', '.join(unproven)}" if unproven else "every rule of docs/rules.toml has a test")
    return 0


def same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
