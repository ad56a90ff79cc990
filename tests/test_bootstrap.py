"""Set-up: a step runs when it is due, machines' package settings reach every tool, and refusals say what helps."""

import subprocess
import sys

import pytest

import bootstrap


@pytest.fixture
def stamps(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / "stamps")
    return tmp_path


def test_a_step_runs_again_only_when_what_it_reads_or_makes_has_changed(stamps):
    source, made = stamps / "source", stamps / "made"
    (source / "deep").mkdir(parents=True)
    (source / "deep" / "a.js").write_text("1")
    runs = []

    def work():
        runs.append(1)
        made.write_text("x")

    def due() -> bool:
        before = len(runs)
        bootstrap.step("a step", work, [source, "a word"], [made])
        return len(runs) > before

    assert due()
    assert not due()
    (source / "deep" / "a.js").write_text("2")
    assert due()
    (source / "deep" / "a.js").rename(source / "deep" / "b.js")
    assert due()
    made.unlink()
    assert due()
    assert not due()


def test_a_step_that_failed_is_due_again(stamps):
    def fail():
        raise bootstrap.SetupError("no")

    for _ in range(2):
        with pytest.raises(bootstrap.SetupError):
            bootstrap.step("a step", fail, ["same"])


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("", {}),
        ("global.index-url='https://mirror/simple'", {"UV_DEFAULT_INDEX": "https://mirror/simple"}),
        (
            "global.index-url='https://file/simple'\n:env:.index-url='https://environment/simple'",
            {"UV_DEFAULT_INDEX": "https://environment/simple"},
        ),
        (
            ":env:.index-url='https://environment/simple'\nglobal.index-url='https://file/simple'",
            {"UV_DEFAULT_INDEX": "https://environment/simple"},
        ),
        (
            r"global.extra-index-url='\nfile:///a\nfile:///b'" + "\ninstall.find-links='/w /x'",
            {"UV_INDEX": "file:///a file:///b", "UV_FIND_LINKS": "/w,/x"},
        ),
        ("global.cert='/c.pem'", {"SSL_CERT_FILE": "/c.pem", "NODE_EXTRA_CA_CERTS": "/c.pem"}),
        ("global.trusted-host='mirror'\nglobal.quiet='1'", {"UV_INSECURE_HOST": "mirror"}),
    ],
)
def test_settings_of_pip_reach_uv_and_node(listed, expected, monkeypatch):
    for name in (*bootstrap.UV_NAMES.values(), "NODE_EXTRA_CA_CERTS", "UV_INDEX_STRATEGY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(bootstrap, "run", lambda *command: listed)
    found = bootstrap.network_settings.__wrapped__()
    assert found == {**expected, "UV_INDEX_STRATEGY": "unsafe-best-match"}


def test_what_the_person_set_for_uv_stays(monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://mine/simple")
    monkeypatch.setattr(bootstrap, "run", lambda *command: "global.index-url='https://file/simple'")
    assert "UV_DEFAULT_INDEX" not in bootstrap.network_settings.__wrapped__()


def test_an_old_python_is_refused_in_words(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    assert bootstrap.main([]) == 1
    assert "needs Python 3.11" in capsys.readouterr().err


def test_a_python_without_venv_is_refused_with_what_helps(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / ".venv" / "stamps")
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    assert bootstrap.main([]) == 1
    assert "apt install python3-venv" in capsys.readouterr().err


def test_a_failing_program_stops_set_up_with_its_last_words():
    with pytest.raises(bootstrap.SetupError, match="the reason"):
        bootstrap.run(sys.executable, "-c", "print('the reason'); raise SystemExit(3)")
    with pytest.raises(bootstrap.SetupError, match="nowhere"):
        bootstrap.run("/nowhere/to/be/found")


def test_a_program_that_asks_gets_no_answer():
    with pytest.raises(bootstrap.SetupError, match="EOFError"):
        bootstrap.run(sys.executable, "-c", "input('Really?')")


def test_the_command_is_found_from_a_folder_with_a_space_in_its_name(tmp_path, monkeypatch):
    venv = tmp_path / "a folder" / ".venv"
    (venv / "lib" / "python3" / "site-packages").mkdir(parents=True)
    (venv / "bin").mkdir()
    (venv / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "bin" / "python")
    bootstrap.write_command()
    cli = tmp_path / "modules" / "roomnight" / "web"
    cli.mkdir(parents=True)
    (cli / "cli.py").write_text("import sys\n\n\ndef main():\n    print(sys.argv[1:])\n")
    said = subprocess.run(
        [venv / "bin" / "roomnight", "two words", "$HOME"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path / "modules")},
    )
    assert said.stdout == "['two words', '$HOME']\n", said.stderr


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "requirements-setup.txt"])
def test_locks_name_versions_and_hashes_and_no_place(lock):
    text = (bootstrap.ROOT / lock).read_text()
    assert "://" not in text and "--find-links" not in text and "--index" not in text
    packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert packages and all("==" in line and line.endswith("\\") for line in packages)


def test_tests_use_the_very_versions_that_the_product_runs_on():
    def pins(name):
        lines = (bootstrap.ROOT / name).read_text().splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line and not line.startswith(" ")}

    assert pins("requirements.txt") <= pins("requirements-dev.txt")
