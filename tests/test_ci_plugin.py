"""A test that did not run is said, and where every test must run it is a failure."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = """
import pytest

def test_runs(): pass
def test_left_out(): pytest.skip("no browser")
@pytest.mark.xfail(reason="known")
def test_known(): assert False
"""


@pytest.fixture
def small_suite(tmp_path):
    (tmp_path / "test_some.py").write_text(LEFT_OUT)
    (tmp_path / "test_module.py").write_text('import pytest\npytest.importorskip("no_such_module")\n')
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    def run(*tests, **environment):
        unset = {"ROOMNIGHT_CI", "ROOMNIGHT_TEST_POSTGRES", "ROOMNIGHT_RESULTS_FILE", "DJANGO_SETTINGS_MODULE"}
        clean = {name: value for name, value in os.environ.items() if name not in unset}
        options = (
            "-p",
            "tests.ci_plugin",
            "-p",
            "no:django",
            "-p",
            "no:cacheprovider",
            "--continue-on-collection-errors",
        )
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=tmp_path,
            env={**clean, "PYTHONPATH": str(ROOT), "ROOMNIGHT_RESULTS_FILE": str(tmp_path / "results"), **environment},
            capture_output=True,
            text=True,
        )
        return done, json.loads((tmp_path / "results").read_text())

    return run


def test_what_was_left_out_is_listed(small_suite):
    done, results = small_suite()
    assert done.returncode == 0
    assert "NOT TESTED HERE: 3" in done.stdout
    assert (results["passed"], results["failed"]) == (1, 0)
    assert [line.split(": ")[1] for line in results["left_out"]][1:] == ["no browser", "expected to fail"]


def test_where_every_test_must_run_each_of_them_fails(small_suite):
    done, results = small_suite(ROOMNIGHT_CI="1")
    assert done.returncode == 1
    assert (results["passed"], results["failed"]) == (1, 3)


def test_a_whole_run_has_nothing_to_list(small_suite):
    done, results = small_suite("test_some.py::test_runs", ROOMNIGHT_CI="1")
    assert done.returncode == 0
    assert results == {"passed": 1, "failed": 0, "left_out": []}
