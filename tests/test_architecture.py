"""The agreements of docs/architecture.md that a machine can hold us to."""

import ast
import inspect
import os
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from importlinter.cli import lint_imports

from roomnight.kernel.commands import COMMANDS
from roomnight.kernel.events import HANDLERS
from roomnight.kernel.policy import POLICIES
from tools.addresses import addresses

ROOT = Path(settings.BASE_DIR)
PACKAGE = ROOT / "roomnight"
FLOOR = {app: height for height, app in enumerate(settings.FLOORS)}
LONGEST_MODULE = 600
LONGEST_FUNCTION = 60


def modules(*patterns: str) -> list[Path]:
    """The project's Python files below these patterns, migrations apart."""
    found = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(path for path in found if "migrations" not in path.parts)


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def floor_of(thing: object) -> int:
    return FLOOR[thing.__module__.split(".")[1]]


EVERYTHING = modules("roomnight/**/*.py", "tests/**/*.py", "tools/**/*.py", "bench/**/*.py", "*.py")
PRODUCT = [path for path in EVERYTHING if path.is_relative_to(PACKAGE) and "tests" not in path.parts]


# Floors


def test_every_app_stands_on_a_floor():
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= set(settings.FLOORS)
    assert folders == set(settings.APPS)


def test_the_import_contract_knows_the_same_floors():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one for one in contracts if one["id"] == "floors")["layers"]
    for upper, lower in zip(layers, layers[1:], strict=False):
        assert min(FLOOR[name] for name in re.findall(r"\w+", upper)) > max(
            FLOOR[name] for name in re.findall(r"\w+", lower)
        )
    assert sorted(name for layer in layers for name in re.findall(r"\w+", layer)) == sorted(FLOOR)


def test_the_import_contracts_hold(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(cache_dir=None) == 0


def test_events_go_up():
    for event, handlers in HANDLERS.items():
        for handler in handlers:
            assert floor_of(handler) >= floor_of(event), (event, handler)


def test_migrations_go_down():
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    for (app, name), node in graph.node_map.items():
        for parent in node.parents:
            if app in FLOOR and parent.key[0] in FLOOR:
                assert FLOOR[parent.key[0]] <= FLOOR[app], (app, name, parent.key)


def test_tables_point_down():
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if model._meta.app_label in FLOOR and target is not None and target._meta.app_label in FLOOR:
                assert FLOOR[target._meta.app_label] <= FLOOR[model._meta.app_label], (model, field)


@pytest.mark.django_db
def test_migrations_are_whole():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# Modules


@pytest.mark.parametrize("path", EVERYTHING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_and_functions_stay_readable(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


def test_rules_know_no_django_but_translations():
    """A rule is values in and value out: no database, no request, no clock."""
    words = {"django.utils.translation", "django.utils.text"}
    paths = modules("roomnight/*/rules.py", "roomnight/*/rules/**/*.py")
    assert paths
    for path in paths:
        for node in nodes(path):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not [one for one in names if one.startswith("django") and one not in words], path
            assert not (isinstance(node, ast.Attribute) and node.attr in {"now", "today", "localdate"}), (
                path,
                node.lineno,
            )


def test_no_import_hides_in_a_function():
    """An import inside a function is a circle in disguise."""
    for path in modules("roomnight/**/*.py"):
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for inner in ast.walk(node):
                    names = [alias.name for alias in inner.names] if isinstance(inner, ast.Import) else []
                    if isinstance(inner, ast.ImportFrom):
                        names = [inner.module or "roomnight"]
                    assert not [name for name in names if name.split(".")[0] == "roomnight"], (path, inner.lineno)


def test_pages_never_read_records_by_themselves():
    """Every read for a person starts in access.py; a view that reaches for a manager goes round it."""
    pages = modules(
        "roomnight/*/views.py", "roomnight/*/views/**/*.py", "roomnight/*/api.py", "roomnight/*/api/**/*.py"
    )
    assert pages
    for path in pages:
        for node in nodes(path):
            assert not (isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}), (
                path,
                node.lineno,
            )


def test_only_commands_and_the_kernel_save():
    """`save` says which columns it writes, so that two commands do not undo each other; a new record says it is new."""
    for path in PRODUCT:
        for node in nodes(path):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save":
                given = {keyword.arg for keyword in node.keywords}
                assert given & {"update_fields", "force_insert"}, (path, node.lineno)


# Registers


def test_every_policy_names_itself_and_its_source():
    assert POLICIES
    for key, policy in POLICIES.items():
        assert key.split(".")[0] in settings.APPS, key
        assert policy.label, key
        assert re.fullmatch(r"[A-Z]{2,4}-\d{2}", policy.source), key


def test_every_command_takes_its_actor_first_and_everything_by_name():
    product = {name: verb for name, verb in COMMANDS.items() if ".tests." not in verb.__module__}
    assert product
    for name, verb in product.items():
        parameters = list(inspect.signature(verb).parameters.values())
        assert parameters[0].name == "actor", name
        assert all(one.kind in {one.KEYWORD_ONLY, one.VAR_KEYWORD} for one in parameters), name
        assert inspect.getdoc(verb), name
        assert verb.__module__.startswith(("roomnight.kernel.", f"roomnight.{name.split('.')[0]}.commands")), name


def test_every_record_says_what_it_is():
    for model in apps.get_models():
        if model.__module__.startswith("roomnight."):
            assert ast.get_docstring(class_node(model)), model


def class_node(model: type) -> ast.ClassDef:
    """The source of a model: Django writes a docstring into a class that has none."""
    node = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(node, ast.ClassDef)
    return node


# Pages

TEMPLATES = sorted(ROOT.glob("roomnight/*/templates/**/*.html"))
FORBIDDEN_IN_TEMPLATES = {
    "a script of its own": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "a style of its own": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "a handler in an attribute": re.compile(
        r"[\s\"']on[a-z]+\s*=\s*[\"']|hx-on|javascript:|hx-vals=[\"']js:", re.IGNORECASE
    ),
    "something from another server": re.compile(
        r"(?:src|action|data-url|hx-get|hx-post)=[\"'](?:https?:)?//", re.IGNORECASE
    ),
    "output that is not escaped": re.compile(r"\|\s*safe\b|autoescape off"),
}


@pytest.mark.rule("SEC-05")
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_templates_keep_the_content_security_policy(path):
    text = re.sub(
        r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    for what, pattern in FORBIDDEN_IN_TEMPLATES.items():
        found = pattern.search(text)
        assert found is None, f"{what}: {found.group(0)}"


# The repository

TRACES = {
    "a registry's host": re.compile(r"py[p]i\.org|python[h]osted|registry\.n[p]mjs|deb\.deb[i]an\.org"),
    "a path of one machine": re.compile(r"(?<![\w.])/(?:root|home/[a-z]+|Users/\w+|w[o]rk|workspace)/"),
}


MADE_HERE = {"var", "node_modules", "dist", "build", "__pycache__"}


def files_of_the_repository() -> Iterator[Path]:
    """Everything below the project's folder but what set-up, tests and caches put there."""
    for folder, names, files in os.walk(ROOT):
        names[:] = [name for name in names if name not in MADE_HERE and (name[0] != "." or name == ".ci")]
        yield from (Path(folder) / name for name in files if name != ".git")  # of a second working tree


def test_nothing_tells_where_it_was_made():
    for path in files_of_the_repository():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for what, pattern in TRACES.items():
            found = pattern.search(text)
            assert found is None, f"{path.relative_to(ROOT)}: {what}: {found.group(0)}"


def test_every_rule_has_pages_where_a_user_meets_it():
    rules = tomllib.loads((ROOT / "docs" / "rules.toml").read_text(encoding="utf-8"))
    pages = tomllib.loads((ROOT / "docs" / "rule_pages.toml").read_text(encoding="utf-8"))
    assert set(pages) == set(rules)
    assert list(rules) == sorted(rules)
    assert {name for names in pages.values() for name in names} <= {one.name for one in addresses()}


def test_a_rule_is_proved_by_tests_that_every_machine_has():
    """docs/generated/rules.md is the same everywhere: what stands under an `if`, or in a module that conftest.py may leave
    out, may not run on the next machine.
    """
    left_out = {
        path.parent / name.value
        for path in modules("tests/**/conftest.py", "roomnight/*/tests/**/conftest.py")
        for given in nodes(path)
        if isinstance(given, ast.Assign) and ast.unparse(given.targets[0]) == "collect_ignore"
        for name in ast.walk(given.value)
        if isinstance(name, ast.Constant)
    }
    assert left_out
    sometimes = [
        f"{path.name}:{call.lineno}"
        for path in modules("tests/**/test_*.py", "roomnight/*/tests/**/test_*.py")
        for branch in nodes(path)
        if isinstance(branch, ast.If) or path in left_out
        for call in ast.walk(branch)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.rule"
    ]
    assert sometimes == []
