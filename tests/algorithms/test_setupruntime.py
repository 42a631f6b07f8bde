# SPDX-License-Identifier: GPL-2.0-or-later
"""mrife:setupruntime: an environment from a package index that is sound or at fault."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from package_index import package_index, wheel_of, write_wheel
from running import left, refused
from small_environment import BROKEN, small_plan, write_wheels

pytest.importorskip("qgis.core")
from qgis.core import QgsProcessingFeedback, QgsSettings

from models.environment.about import facts


@pytest.fixture
def wheels(tmp_path):
    """A folder of two wheels: what lends the packages of these tests, and pip."""
    folder = tmp_path / "wheels é"
    folder.mkdir()
    return write_wheels(folder)


@pytest.fixture
def index(wheels):
    with package_index(wheels) as server:
        yield server


@pytest.fixture
def here(provider, monkeypatch, tmp_path):
    """An empty place for the environment, of a name that is not ASCII."""
    sys.modules["mrife.algorithms.runtime.interpreter"].probe.cache_clear()
    place = tmp_path / "用户 root"
    place.mkdir()
    monkeypatch.setenv("MRIFE_RUNTIME", str(place))
    monkeypatch.delenv("MRIFE_PYTHON", raising=False)
    yield place
    QgsSettings().remove("mrife/runtime_folder")


@pytest.fixture
def set_option(here, monkeypatch):
    """Sets a Processing option until the test ends."""
    names = ("MRIFE_INDEX", "MRIFE_WHEELS", "MRIFE_PYTHON_MIRROR")
    keys = {name: f"Processing/Configuration/{name}" for name in names}
    for name in names:
        monkeypatch.delenv(name, raising=False)
    yield lambda name, value: QgsSettings().setValue(keys[name], value)
    for key in keys.values():
        QgsSettings().remove(key)


@pytest.fixture
def planned(here, wheels, index):
    """Makes a plan."""
    return partial(small_plan, wheels, index.address)


@pytest.fixture
def old(planned):
    """An environment that was there before."""
    from mrife.models.environment.store import Record

    store = planned().store
    return store.finish(store.start(), Record("cpu", (), "3.11.2"))


@pytest.fixture
def build(provider):
    from mrife.algorithms.runtime.build import build

    return lambda plan: build(plan, QgsProcessingFeedback(False))


@pytest.fixture
def fetch(provider):
    """Fetches the wheels of a plan."""
    from mrife.algorithms.runtime.build import Journal, fetch_all

    def fetched(plan):
        feedback = QgsProcessingFeedback(False)
        return fetch_all(plan, Journal(plan.store.log, feedback), feedback)

    return fetched


def test_an_environment_is_made_from_an_index_and_taken_for_detection(
    planned, build, index
):
    from mrife.algorithms.runtime.interpreter import find_interpreter

    plan = planned()
    environment = build(plan)
    assert environment.record.packages == ("borrowed==1",)
    assert find_interpreter() == str(environment.python)
    names = {path.name for path in plan.store.root.iterdir()}
    assert names == {environment.folder.name, "setup.log"}
    assert "bytes, as pinned" in plan.store.log.read_text(encoding="utf-8")


def test_a_folder_of_wheels_needs_no_network(planned, fetch, index, wheels):
    index.fault = "503"
    assert {path.parent for path in fetch(planned(folder=wheels))} == {wheels}
    assert index.asked == []


@pytest.mark.parametrize(
    "fault, words",
    [
        ("hangs", "'127.0.0.1:[0-9]+' did not answer in time"),
        ("away", "'127.0.0.1:9' refuses connections"),
        ("half", "broke the connection off"),
        ("wrong", "is not the file whose hash the plugin knows"),
        ("404", "'borrowed-1-py3-none-any.whl' is not on '127.0.0.1"),
        ("403", r"refuses access .*HTTP 403"),
        ("407", "The proxy asks for a login"),
        ("500", r"has a fault of its own \(HTTP 500\)"),
    ],
)
def test_an_index_at_fault_is_named_and_the_old_environment_stays(
    planned, build, index, old, fault, words
):
    from mrife.models.errors import MissingRuntime

    index.fault = fault
    started = time.monotonic()
    with pytest.raises(MissingRuntime, match=words):
        build(planned())
    assert time.monotonic() - started < 10
    store = planned().store
    assert store.current() == old
    assert not list(store.root.glob("building-*"))


def test_an_index_that_is_not_there(planned, build, index):
    from mrife.models.errors import MissingRuntime

    plan = planned()
    index.shutdown()
    index.server_close()
    with pytest.raises(MissingRuntime, match="refuses connections"):
        build(plan)


def test_links_count_from_the_page_to_which_an_index_sends_on(planned, fetch, index):
    index.moved = True
    assert len(fetch(planned())) == 2


@pytest.mark.parametrize(
    "absolute, moved", [(False, False), (True, False), (False, True)]
)
def test_a_login_holds_for_the_files_of_its_index(planned, fetch, index, absolute, moved):
    index.login = "me:geheim@1"
    index.absolute = absolute
    index.moved = moved
    plan = planned()
    address = index.address.replace("//", "//me:geheim%401@")
    plan.index.addresses = (address,)
    assert len(fetch(plan)) == 2


def test_a_proxy_of_qgis_is_taken_and_named_where_it_fails(planned, fetch, index):
    from mrife.models.errors import MissingRuntime
    from qgis.core import QgsNetworkAccessManager
    from qgis.PyQt.QtNetwork import QNetworkProxy

    manager = QgsNetworkAccessManager.instance()
    before = manager.fallbackProxy()
    away = QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, "127.0.0.1", 9)
    manager.setFallbackProxyAndExcludes(away, [], [])
    try:
        with pytest.raises(MissingRuntime, match="The proxy does not serve"):
            fetch(planned())
    finally:
        manager.setFallbackProxyAndExcludes(before, [], [])
    assert index.asked == [] and fetch(planned())


@pytest.mark.parametrize("second", ["", "no ranges"])
def test_a_download_goes_on_where_it_stopped(planned, fetch, index, second):
    from mrife.models.errors import MissingRuntime

    plan = planned()
    index.fault = "half"
    with pytest.raises(MissingRuntime):
        fetch(plan)
    index.fault = second
    assert [wheel_of(path) for path in fetch(plan)] == list(plan.wheels)
    size = plan.wheels[0].size
    ranges = [asked for path, asked in index.asked if "borrowed" in path]
    assert f"bytes={size // 2}-" in ranges


def test_a_start_that_is_another_file_is_fetched_anew(planned, fetch):
    plan = planned()
    plan.store.downloads.mkdir()
    part = plan.store.downloads / f"{plan.wheels[0].file}.part"
    part.write_bytes(b"something else")
    assert [wheel_of(path) for path in fetch(plan)] == list(plan.wheels)


def test_a_wheel_of_the_folder_that_is_another_is_refused(planned, fetch, wheels):
    from mrife.models.errors import MissingRuntime

    plan = planned(folder=wheels)
    write_wheel(wheels, "borrowed", BROKEN)
    with pytest.raises(
        MissingRuntime, match="'.*wheels é' is not .* bring it there anew"
    ):
        fetch(plan)
    assert (wheels / plan.wheels[0].file).exists()


def test_cancel_ends_it_at_once_and_leaves_nothing_half(planned, index):
    from mrife.algorithms.runtime.build import build
    from mrife.models.errors import Cancelled

    plan = planned(patience=30)
    index.fault = "hangs"
    feedback = QgsProcessingFeedback(False)
    feedback.cancel()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        build(plan, feedback)
    assert time.monotonic() - started < 5
    assert plan.store.current() is None
    assert not list(plan.store.root.glob("building-*"))


def test_cancel_kills_the_program_that_runs(provider):
    from mrife.algorithms.runtime.process import output_of
    from mrife.models.errors import Cancelled

    feedback = QgsProcessingFeedback(False)
    feedback.cancel()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        output_of(sys.executable, ["-c", "import time; time.sleep(60)"], feedback)
    assert time.monotonic() - started < 10


def test_an_environment_that_does_not_run_is_not_taken(planned, build, wheels, old):
    from mrife.models.errors import MissingRuntime

    broken = write_wheel(wheels, "zz_broken", BROKEN)
    with pytest.raises(MissingRuntime, match="Visual C\\+\\+ Redistributable"):
        build(planned(more=[broken]))
    assert planned().store.current() == old


def test_an_environment_for_training_has_to_teach(planned, build, wheels):
    from mrife.models.errors import MissingRuntime

    broken = write_wheel(
        wheels, "zz_torch", {"torch.py": "raise ImportError('no torch')"}
    )
    with pytest.raises(MissingRuntime, match="no torch"):
        build(planned(more=[broken], kind="training"))


@pytest.mark.parametrize("rule", ["user = true", "target = {}", "prefix = {}"])
def test_rules_of_a_computer_for_pip_do_not_bend_it(
    planned, build, monkeypatch, tmp_path, rule
):
    """As administrators set them in the pip.conf of all users."""
    (tmp_path / "etc/pip").mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    text = "[install]\n" + rule.format(elsewhere)
    (tmp_path / "etc/pip/pip.conf").write_text(text, encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))
    environment = build(planned())
    assert list(environment.folder.rglob("borrowed.pth")) and not elsewhere.exists()


def test_one_that_was_damaged_since_it_last_ran_is_made_anew(planned):
    """As by an antivirus, while QGIS is open."""
    from mrife.algorithms.runtime.setup import made

    first = made(planned(), None, QgsProcessingFeedback(False))
    assert made(planned(), None, QgsProcessingFeedback(False)) == first
    (lent,) = first.folder.rglob("borrowed.pth")
    lent.unlink()
    second = made(planned(), None, QgsProcessingFeedback(False))
    assert second.folder != first.folder and list(second.folder.rglob("borrowed.pth"))


def test_two_do_not_work_on_one_environment(planned):
    from mrife.algorithms.runtime.setup import made
    from mrife.models.errors import MrifeError
    from mrife.models.geo.locks import only_run_in

    plan = planned()
    with only_run_in(plan.store.root):
        with pytest.raises(MrifeError, match=f"process {os.getpid()} on .* is writing"):
            made(plan, None, QgsProcessingFeedback(False))
    assert left(plan.store.root) == set()


def test_an_environment_that_runs_stays_until_it_is_through(planned, setup, old):
    from mrife.algorithms.runtime.managed import environment_kept
    from mrife.algorithms.runtime.setup import made

    plan = planned()
    feedback = QgsProcessingFeedback(False)
    with environment_kept(str(old.python)), environment_kept(str(old.python)):
        assert "something runs in it" in refused(setup, "setupruntime", {"REMOVE": True})
        new = made(plan, None, feedback)
        assert old.folder.is_dir() and plan.store.current() == new
        assert f"'{old.folder}' stays, because something runs in it" in feedback.textLog()
    made(plan, None, feedback)
    assert "It is there already" in feedback.textLog()
    assert not old.folder.exists() and new.folder.is_dir()


def test_a_python_that_is_named_comes_before_the_environment(old, monkeypatch):
    from mrife.algorithms.runtime.interpreter import find_interpreter

    monkeypatch.setenv("MRIFE_PYTHON", sys.executable)
    assert find_interpreter() == sys.executable


def test_an_environment_whose_python_went_says_what_to_do(old):
    from mrife.algorithms.runtime.interpreter import find_interpreter
    from mrife.models.errors import MissingRuntime

    words = "own environment does not serve: .* Run 'Set up runtime'.* again"
    with pytest.raises(MissingRuntime, match=words):
        find_interpreter()


# --- a Python of its own --------------------------------------------------------------

UV = """#!/bin/sh
env > "$UV_PYTHON_INSTALL_DIR.said"
mkdir -p "$UV_PYTHON_INSTALL_DIR"
cat > "$UV_PYTHON_INSTALL_DIR/python" <<'END'
#!/bin/sh
exec {python} "$@"
END
chmod +x "$UV_PYTHON_INSTALL_DIR/python"
[ "$2" = install ] || echo "$UV_PYTHON_INSTALL_DIR/python"
"""
OWN_UV = UV.format(python=shlex.quote(sys.executable))
NO_UV = "#!/bin/sh\necho 'error: Failed'\necho '  cause: {}'\nexit 1\n"
AWAY = "Connection refused"
# what uv 0.13.9 said of a host that hung, that broke off, that had another file
HANGS = "operation timed out"
HALF = "end of file before message length reached"
OFFICE = """-----BEGIN CERTIFICATE-----
MIIBhzCCAS2gAwIBAgIUddeXenjqsyh+h53kjSRGZWPCjqgwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNU3VydmV5IG9mZmljZTAgFw0yNjExMjgxODI3MDhaGA8yMTI2
MTEwNDE4MjcwOFowGDEWMBQGA1UEAwwNU3VydmV5IG9mZmljZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABE4s0vMohyoiWnnnBsiix+BcPvfnEnSDUwFKZ6SLh7ol
tywyiaxC8eZGKQcdo4ARr71rTSPCWc1cWL+Fq6DsusajUzBRMB0GA1UdDgQWBBS7
2lDsVfQ6lFp/Ge+xv0AlM/4zSTAfBgNVHSMEGDAWgBS72lDsVfQ6lFp/Ge+xv0Al
M/4zSTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIALuTRccfXke
lmPcnmAeCzsJ2laYeITMjE1ixG1cfP2YAiEAq3gnce8l8x9y4sycksM73KCHYcIK
XuV6tvtShu+loPs=
-----END CERTIFICATE-----"""
WRONG = "Hash mismatch for `cpython`\n\n Expected:\n 7d37\n\n Computed:\n c4e1"


@pytest.fixture
def with_uv(planned, wheels):
    """A plan whose Python a program in uv's place fetches."""

    def plan(script, **values):
        uv = write_wheel(wheels, "uv", {"uv-1.data/scripts/uv": script})
        return replace(planned(), uv=uv, **values)

    return plan


def test_an_environment_is_made_from_a_python_of_its_own(with_uv, build, here):
    plan = with_uv(OWN_UV, mirror="https://me:secret@mirror")
    root = plan.store.root
    old = root / "python-3.9.1"
    old.mkdir()
    environment = build(plan)
    assert environment.record.own_python and environment == plan.store.current()
    python = plan.store.python(environment.record.python)
    names = {environment.folder.name, "setup.log", python.name, f"{python.name}.said"}
    assert left(root) == names
    said = Path(f"{python}.said").read_text(encoding="utf-8")
    assert "UV_PYTHON_INSTALL_MIRROR=https://me:secret@mirror\n" in said
    assert "UV_HTTP_TIMEOUT=1\n" in said
    assert "secret" not in plan.store.log.read_text(encoding="utf-8")
    plan.store.remove()
    assert not python.exists()


@pytest.fixture
def python_of(provider):
    """The plan that comes of one, when its Python is to be there, and what is said."""
    from mrife.algorithms.runtime.build import Journal
    from mrife.algorithms.runtime.own_python import with_python

    def taken(plan):
        feedback = QgsProcessingFeedback(False)
        journal = Journal(plan.store.log, feedback)
        return with_python(plan, journal, feedback), feedback.textLog()

    return taken


@pytest.mark.parametrize(
    "said, words",
    [
        (AWAY, "Python of its own cannot be fetched (Connection refused)"),
        (HANGS, "Python of its own cannot be fetched (operation timed out)"),
        (HALF, "Python of its own cannot be fetched (end of file before message"),
        (WRONG, "The Python that was fetched is not the one whose hash is known"),
        ("Access is denied. (os error 5)", "may not be written, or an antivirus"),
    ],
)
def test_without_it_one_of_the_computer_is_taken_and_that_is_said(
    with_uv, planned, python_of, said, words
):
    plan = with_uv(NO_UV.format(said), otherwise=planned())
    taken, log = python_of(plan)
    assert taken == plan.otherwise and words in log
    assert f"is made from '{planned().python.program}' instead" in log


def test_without_uv_one_of_the_computer_is_taken(with_uv, planned, wheels, python_of):
    plan = with_uv(UV, otherwise=planned())
    (wheels / plan.uv.file).unlink()
    taken, log = python_of(plan)
    assert taken == plan.otherwise and f"'{plan.uv.file}' is not on" in log


def test_one_from_a_python_of_the_computer_stays_where_that_may_be(with_uv, planned):
    from mrife.algorithms.runtime.setup import made
    from mrife.models.environment.store import Record, program

    plan = with_uv(NO_UV.format(AWAY), otherwise=planned())
    there = plan.store.start()
    program(there).parent.mkdir()
    script = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n'
    program(there).write_text(script, encoding="utf-8")
    program(there).chmod(0o755)
    environment = plan.store.finish(there, Record("cpu", plan.packages, "3.11.2"))
    feedback = QgsProcessingFeedback(False)
    assert made(plan, None, feedback) == environment
    assert "It is there already, and runs." in feedback.textLog()


def test_without_it_and_without_another_the_old_environment_stays(with_uv, build, old):
    from mrife.models.errors import MissingRuntime

    plan = with_uv(NO_UV.format(AWAY))
    with pytest.raises(MissingRuntime, match="set a mirror in .* or name a Python"):
        build(plan)
    assert plan.store.current() == old


def test_uv_goes_through_the_proxy_of_qgis(provider):
    from mrife.algorithms.runtime.fetch import proxy_address
    from qgis.core import QgsNetworkAccessManager
    from qgis.PyQt.QtCore import QUrl
    from qgis.PyQt.QtNetwork import QNetworkProxy

    url = QUrl("https://github.com")
    manager = QgsNetworkAccessManager.instance()
    before = manager.fallbackProxy()
    kinds = QNetworkProxy.ProxyType
    try:
        for kind, scheme in ((kinds.HttpProxy, "http"), (kinds.Socks5Proxy, "socks5h")):
            proxy = QNetworkProxy(kind, "proxy", 81, "me", "a b@c")
            manager.setFallbackProxyAndExcludes(proxy, ["http://here"], [])
            assert proxy_address(url) == f"{scheme}://me:a%20b%40c@proxy:81"
        assert proxy_address(QUrl("http://here/archives")) == ""
    finally:
        manager.setFallbackProxyAndExcludes(before, [], [])
    assert proxy_address(url) == ""


def test_uv_trusts_whom_qgis_trusts(with_uv, python_of):
    """A firewall that opens connections has a certificate of its own, added in QGIS."""
    from qgis.core import QgsApplication
    from qgis.PyQt.QtNetwork import QSslCertificate

    office = QSslCertificate(OFFICE.encode())
    manager = QgsApplication.authManager()
    if not manager.storeCertAuthority(office):
        pytest.skip("this QGIS keeps no certificates")
    copied = 'cp "$SSL_CERT_FILE" "$UV_PYTHON_INSTALL_DIR.trusted"\n'
    plan = with_uv(OWN_UV + copied)
    trusted = Path(f"{plan.store.python(plan.python.version)}.trusted")
    try:
        for known in (True, False):
            manager.rebuildCaCertsCache()
            manager.rebuildTrustedCaCertsCache()
            python_of(plan)
            assert (OFFICE in trusted.read_text(encoding="utf-8")) == known
            manager.removeCertAuthority(office)
    finally:
        manager.removeCertAuthority(office)
        manager.rebuildCaCertsCache()
        manager.rebuildTrustedCaCertsCache()


# --- the algorithm ------------------------------------------------------------------


@pytest.fixture
def setup(here, run, monkeypatch):
    monkeypatch.delenv("MRIFE_PYTHON", raising=False)
    return run


def test_only_said_nothing_is_written(setup, here):
    asked = {"DRY_RUN": True, "BASE_PYTHON": sys.executable}
    assert setup("setupruntime", asked) == {}
    for words in ("numpy", "onnxruntime", "MB", "pypi.org, files.pythonhosted.org"):
        assert words in setup.log
    assert str(here / "mrife-runtime") in setup.log
    assert "onnxruntime: MIT" in setup.log and "To remove it" in setup.log
    assert list(here.iterdir()) == []


@pytest.fixture
def archives(wheels, set_option):
    """In the place of the host of CPython's archives."""
    with package_index(wheels) as server:
        set_option("MRIFE_PYTHON_MIRROR", f"{server.address}/")
        yield server


@pytest.mark.parametrize("fault", ["", "404"])
def test_a_python_of_its_own_comes_first(setup, archives, fault):
    archives.fault = fault  # whatever is answered
    setup("setupruntime", {"DRY_RUN": True, "TIMEOUT": 20})
    (made_from,) = re.findall("Made from: (.*)", setup.log)
    assert made_from.startswith("CPython 3.12.") and len(archives.asked) == 1
    assert f"from 127.0.0.1:{archives.server_port}; where that cannot" in made_from
    version = re.escape(sys.version.split()[0])
    assert re.search(rf"be had, /.* \(Python {version}\)$", made_from)


@pytest.mark.parametrize(
    "fault, words",
    [
        ("hangs", "'127.0.0.1:{}' gave no answer in 1 s"),
        ("407", "'127.0.0.1:{}' cannot be reached: "),
        ("away", "'127.0.0.1:{}' cannot be reached: Connection refused"),
    ],
)
def test_where_its_host_does_not_answer_one_of_the_computer_comes_first(
    setup, archives, fault, words
):
    archives.fault = fault
    if fault == "away":
        archives.shutdown()
        archives.server_close()
    setup("setupruntime", {"DRY_RUN": True, "TIMEOUT": 1})
    (made_from,) = re.findall("Made from: (.*)", setup.log)
    assert re.fullmatch(r"/.* \(Python 3[\d.]+\)", made_from)
    words = words.format(archives.server_port)
    assert f"A Python of its own cannot be fetched ({words}" in setup.log


def test_a_mirror_on_the_disk_is_looked_at(setup, set_option, tmp_path):
    set_option("MRIFE_PYTHON_MIRROR", tmp_path.as_uri())
    setup("setupruntime", {"DRY_RUN": True})
    assert "Made from: CPython 3.12." in setup.log
    set_option("MRIFE_PYTHON_MIRROR", (tmp_path / "away").as_uri())
    setup("setupruntime", {"DRY_RUN": True})
    assert f"cannot be fetched ('{tmp_path / 'away'}' is not there)" in setup.log


def test_with_all_wheels_in_a_folder_no_host_is_asked(setup, archives, tmp_path):
    asked = {"DRY_RUN": True, "WHEELS": str(tmp_path)}
    setup("setupruntime", {**asked, "OWN_PYTHON": "never"})
    (files,) = re.findall("Files: (.*)", setup.log)
    for name in files.split(", "):
        (tmp_path / name).touch()
    setup("setupruntime", asked)
    assert re.search(r"Made from: /.* \(Python 3", setup.log) and not archives.asked
    assert f"To fetch: nothing\nFiles: {files}\n" in setup.log
    assert f"From: {tmp_path}\n" in setup.log


def test_a_python_of_its_own_is_said_before(setup, set_option):
    set_option("MRIFE_PYTHON_MIRROR", "https://me:secret@mirror.example/archives")
    setup("setupruntime", {"DRY_RUN": True, "OWN_PYTHON": "always"})
    for words in ("CPython 3.12.", "uv (MIT) fetches from mirror.example", "-cp312-"):
        assert words in setup.log
    assert re.search(r"Files: uv-[\d.]+-py3", setup.log) and "secret" not in setup.log


def test_where_no_python_of_the_computer_serves_one_of_its_own_is_planned(
    setup, archives, monkeypatch, tmp_path
):
    old = tmp_path / "python3"
    words = json.dumps({**facts(), "python": "3.8.10"})
    old.write_text(f"#!/bin/sh\necho {shlex.quote(words)}\n", encoding="utf-8")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(old))
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path))
    setup("setupruntime", {"DRY_RUN": True})
    assert "CPython 3.12." in setup.log
    assert "Pythons of this computer: " in setup.log and "is Python 3.8.10" in setup.log
    monkeypatch.setenv("FLATPAK_ID", "org.qgis.qgis")
    asked = {"DRY_RUN": True, "OWN_PYTHON": "never"}
    assert "QGIS runs in a sandbox" in refused(setup, "setupruntime", asked)


def test_what_is_there_is_taken_away(setup, old, here):
    setup("setupruntime", {"REMOVE": True})
    assert f"Removed: {old.folder.parent}" in setup.log
    assert list(here.iterdir()) == []
    setup("setupruntime", {"REMOVE": True})
    assert "There is nothing to remove" in setup.log


def test_an_environment_of_another_version_is_said(setup, planned, build):
    environment = build(planned())  # of packages that no list has
    result = setup("checkruntime", {})
    assert result["READY"] == 1 and str(environment.python) in setup.log
    assert "the plugin's own environment" in setup.log
    assert "another version of the plugin; run 'Set up runtime' again" in setup.log


def test_the_gpu_packages_follow_the_driver(setup, monkeypatch, tmp_path):
    asked = {"DRY_RUN": True, "PACKAGES": "detection-gpu", "BASE_PYTHON": sys.executable}
    program = tmp_path / "nvidia-smi"
    for version, words in (("580.65.06", "cudnn-cu13"), ("535.1", "cudnn-cu12")):
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
        setup("setupruntime", asked)
        assert words in setup.log and "docs.nvidia.com/cuda/eula" in setup.log
    program.write_text("#!/bin/sh\necho 470.1\n")
    assert "525 or newer is needed" in refused(setup, "setupruntime", asked)
    program.unlink()
    assert "No NVIDIA driver answers" in refused(setup, "setupruntime", asked)


@pytest.mark.parametrize(
    "asked, words",
    [
        ({"INDEX": "pypi.org/simple"}, "'pypi.org/simple' is no address"),
        ({"INDEX": "file:///opt"}, "is no address of a package index"),
        ({"WHEELS": "/nowhere"}, "folder of wheels '/nowhere' does not exist"),
        ({"BASE_PYTHON": "/nowhere/python"}, "is not a program that can be started"),
        ({"FOLDER": "/"}, "The environment variable MRIFE_RUNTIME names the folder"),
        ({"TIMEOUT": 0}, "must be at least 1"),
        ({"OWN_PYTHON": "always"}, "do not ask for a Python of its own"),
    ],
)
def test_what_cannot_be_done_is_said_before_the_work(setup, here, asked, words):
    asked = {"BASE_PYTHON": sys.executable, **asked}
    assert words in refused(setup, "setupruntime", asked)
    assert list(here.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused(setup, here, monkeypatch):
    monkeypatch.delenv("MRIFE_RUNTIME")
    asked = {"BASE_PYTHON": sys.executable, "FOLDER": "/nowhere"}
    said = refused(setup, "setupruntime", asked)
    assert "folder '/nowhere' does not exist" in said


@pytest.mark.parametrize(
    "gone, why",
    [("/proc/nowhere/mrife", "does not exist"), ("/proc/version", "is a file")],
)
def test_a_folder_on_a_drive_that_is_gone_is_refused(
    setup, here, monkeypatch, gone, why
):
    """One that was remembered, which no dialog names as an input."""
    monkeypatch.delenv("MRIFE_RUNTIME")
    QgsSettings().setValue("mrife/runtime_folder", gone)
    said = refused(setup, "setupruntime", {"BASE_PYTHON": sys.executable})
    assert f"folder '{gone}' {why}" in said


def test_a_folder_that_may_not_be_read_is_a_sentence(setup, here, monkeypatch):
    """Of another user, as where administrators made it."""
    root = here / "mrife-runtime"
    root.mkdir()
    readable = Path.iterdir

    def iterdir(path):
        if path == root:
            raise PermissionError(13, "Permission denied", str(path))
        return readable(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert setup("checkruntime", {})["READY"] == 0
    words = f"'{root}', cannot be read (Permission denied)"
    assert words in setup.log
    assert words in refused(setup, "setupruntime", {"BASE_PYTHON": sys.executable})


def test_in_a_sandbox_that_is_the_reason(setup, here, monkeypatch):
    monkeypatch.setenv("FLATPAK_ID", "org.qgis.qgis")
    said = refused(setup, "setupruntime", {"BASE_PYTHON": "/nowhere/python"})
    assert "QGIS runs in a sandbox (FLATPAK_ID)" in said and "; install QGIS as" in said


@pytest.mark.parametrize(
    "fault, words", [("403", "refuses access"), ("hangs", "in time")]
)
def test_a_login_of_an_index_is_in_no_log(setup, here, index, set_option, fault, words):
    from qgis.core import QgsApplication, QgsNetworkAccessManager

    logged = []
    QgsApplication.messageLog().messageReceived.connect(lambda *line: logged.append(line))
    patience_ms = QgsNetworkAccessManager.timeout()
    QgsNetworkAccessManager.setTimeout(200)  # QGIS's own, which names what it gave up
    try:
        index.fault = fault
        set_option("MRIFE_INDEX", index.address.replace("//", "//me:secret@"))
        asked = {"BASE_PYTHON": sys.executable, "TIMEOUT": 1}
        said = refused(setup, "setupruntime", asked)
    finally:
        QgsNetworkAccessManager.setTimeout(patience_ms)
    log = (here / "mrife-runtime" / "setup.log").read_text(encoding="utf-8")
    assert words in said and words in log and index.asked
    assert "secret" not in said + log + str(logged)


def test_a_login_among_the_parameters_is_refused(setup):
    said = refused(setup, "setupruntime", {"INDEX": "https://me:secret@mirror/simple"})
    assert "MRIFE_INDEX" in said and "history" in said


def test_index_and_wheels_are_set_once_for_all_runs(setup, provider, wheels, set_option):
    set_option("MRIFE_INDEX", "https://me:secret@mirror.example/simple")
    set_option("MRIFE_WHEELS", str(wheels))
    asked = {"DRY_RUN": True, "BASE_PYTHON": sys.executable}
    setup("setupruntime", asked)
    assert f"{wheels}; mirror.example" in setup.log
    algorithm = provider.algorithm("setupruntime").create()
    label = algorithm.parameterDefinition("INDEX").description()
    assert label == "Package index (default: https://***@mirror.example/simple)"
    assert str(wheels) in algorithm.parameterDefinition("WHEELS").description()
    assert "mirror.example" in algorithm.shortHelpString()
    setup("setupruntime", {**asked, "INDEX": "https://other.example"})
    assert f"{wheels}; other.example" in setup.log


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("MRIFE_INDEX", "me:secret@mirror", r"'Package index' is wrong: '\*\*\*@mirror'"),
        ("MRIFE_WHEELS", "/nowhere", "'Folder of wheels' is wrong: .*'/nowhere'"),
        (
            "MRIFE_PYTHON_MIRROR",
            "mirror",
            "'Mirror of Python downloads' is wrong: 'mirror'",
        ),
    ],
)
def test_a_wrong_setting_is_named(setup, set_option, name, value, words):
    set_option(name, value)
    assert re.search(words, refused(setup, "setupruntime", {"DRY_RUN": True}))


def test_the_environment_variable_comes_before_the_option(setup, set_option, monkeypatch):
    set_option("MRIFE_INDEX", "https://option.example")
    monkeypatch.setenv("MRIFE_INDEX", "https://variable.example")
    setup("setupruntime", {"DRY_RUN": True, "BASE_PYTHON": sys.executable})
    assert "variable.example" in setup.log and "option.example" not in setup.log


def test_a_folder_that_was_chosen_is_remembered(setup, old, monkeypatch):
    from mrife.algorithms.runtime.managed import managed_store, remember

    chosen = old.folder.parent.parent
    monkeypatch.delenv("MRIFE_RUNTIME")
    assert managed_store().root.parent != chosen
    remember(str(chosen))
    assert managed_store().current() == old
    setup("setupruntime", {"REMOVE": True})
    assert managed_store().root.parent != chosen and not old.folder.exists()


def test_one_that_lies_elsewhere_is_removed_and_the_chosen_one_stays(
    setup, old, monkeypatch, tmp_path
):
    from mrife.algorithms.runtime.managed import managed_store, remember
    from mrife.models.environment.store import Record

    monkeypatch.delenv("MRIFE_RUNTIME")
    chosen = tmp_path / "chosen"
    store = managed_store(chosen)
    environment = store.finish(store.start(), Record("cpu", (), "3.11.2"))
    remember(str(chosen))
    setup("setupruntime", {"REMOVE": True, "FOLDER": str(old.folder.parent.parent)})
    assert not old.folder.exists() and managed_store().current() == environment


def test_a_folder_named_from_where_qgis_process_runs_is_found_from_elsewhere(
    setup, old, monkeypatch
):
    from mrife.algorithms.runtime.managed import managed_store, remember

    monkeypatch.delenv("MRIFE_RUNTIME")
    monkeypatch.chdir(old.folder.parent.parent)
    remember(".")
    monkeypatch.chdir("/")
    assert managed_store().current() == old
