# SPDX-License-Identifier: GPL-2.0-or-later
"""Each way in which an environment fails has its sentence."""

from __future__ import annotations

import pytest

from models.environment.failures import (
    Download,
    download_failure,
    import_failure,
    install_failure,
    python_failure,
    without_credentials,
)
from models.errors import MissingRuntime


@pytest.mark.parametrize(
    "error, status, words",
    [
        (3, 0, "'pypi.org' cannot be reached .*check the connection"),
        (99, 0, "cannot be reached"),
        (1, 0, "refuses connections; run this later"),
        (2, 0, "broke the connection off .* goes on where it stopped"),
        (4, 0, "did not answer in time .* mirror"),
        (5, 0, "did not answer in time"),
        (6, 0, "certificate of 'pypi.org' is not trusted .* Manage Certificates"),
        (105, 407, "proxy asks for a login; enter it in Settings > Options > Network"),
        (105, 0, "proxy asks for a login"),
        (101, 0, "proxy does not serve .*not found.; correct its address or login"),
        (104, 504, "proxy does not serve"),
        (11, 302, "without encryption"),
        (203, 404, "'a.whl' is not on 'pypi.org'"),
        (204, 401, r"refuses access to 'a.whl' \(HTTP 401\)"),
        (201, 403, r"refuses access to 'a.whl' \(HTTP 403\)"),
        (403, 503, r"fault of its own \(HTTP 503\)"),
    ],
)
def test_a_download_that_failed(error, status, words):
    asked = Download("a.whl", "pypi.org", error, status, "Host pypi.org not found")
    with pytest.raises(MissingRuntime, match=words):
        raise download_failure(asked)


@pytest.mark.parametrize(
    "error, words",
    [(99, "proxy does not serve"), (1, "proxy does not serve"), (3, "cannot be reached")],
)
def test_a_download_through_a_proxy_that_failed(error, words):
    asked = Download("a.whl", "pypi.org", error, words="refused", proxy=True)
    with pytest.raises(MissingRuntime, match=words):
        raise download_failure(asked)


@pytest.mark.parametrize(
    "output, words",
    [
        ("OSError: [Errno 28] No space left on device", "disk of '/env' is full"),
        ("OSError: [WinError 112] There is not enough space", "disk of '/env' is full"),
        ("PermissionError: [Errno 13] Permission denied: 'x'", "antivirus"),
        ("[WinError 5] Access is denied: 'x.pyd'", "antivirus"),
        ("[WinError 32] The process cannot access the file", "antivirus"),
        ("OSError: [WinError 4551] An Application Control policy", "A policy of this"),
        ("OSError: [WinError 1260] blocked by group policy", "A policy of this"),
        ("/usr/bin/python3: No module named venv", "install it .*python3-venv"),
        ("The virtual environment was not created because ensurepip is not available",
         "python3-venv"),
        ("ERROR: a.whl is not a supported wheel on this platform.", "do not fit"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "do not fit"),
        ("/lib/libc.so.6: version `GLIBC_2.38' not found", "newer libraries"),
        ("a\nFatal: something else.\n\n", "not be made: Fatal: something else. All .*log"),
        ("", "could not be made: -"),
    ],
)  # fmt: skip
def test_a_program_that_failed(output, words):
    with pytest.raises(MissingRuntime, match=words):
        raise install_failure(output, "/env", "/setup.log")


@pytest.mark.parametrize(
    "words, right",
    [
        (
            "ImportError: DLL load failed while importing onnxruntime",
            "Visual C\\+\\+ Red",
        ),
        ("A dynamic link library (DLL) initialization routine failed", "Visual C\\+\\+"),
        ("x.so: failed to map segment from shared object", "No programs may run in '/e'"),
        ("/lib/libstdc++.so.6: version `GLIBCXX_3.4.30' not found", "newer libraries"),
        ("something else", "^something else$"),
    ],
)
def test_an_environment_that_does_not_run(words, right):
    with pytest.raises(MissingRuntime, match=right):
        raise import_failure(MissingRuntime("{}", words), "/e")


@pytest.mark.parametrize(
    "words, right",
    [
        (
            "error: x\n  cause: tcp error\n  cause: refused\n",
            r"fetched \(refused\); set a",
        ),
        (
            "  cause: Hash mismatch for `cpython`\n\n  Computed:\n  ab",
            "another mirror in",
        ),
        ("  cause: No space left on device (os error 28)", "disk of '/e' is full"),
        ("", r"fetched \(-\)"),
    ],
)
def test_a_python_that_is_not_fetched(words, right):
    with pytest.raises(MissingRuntime, match=right):
        raise python_failure(words, "/e")


def test_addresses_lose_their_logins():
    text = "from http://me:secret@mirror/simple?token=abc&x=1 and https://pypi.org/simple"
    right = "from http://***@mirror/simple?token=***&x=1 and https://pypi.org/simple"
    assert without_credentials(text) == right
    assert without_credentials("me:secret@mirror/simple") == "***@mirror/simple"
    assert without_credentials("?X-Amz-Signature=abc") == "?X-Amz-Signature=***"
    path = r"C:\Users\me@corp\a /home/me@corp/a user@corp a @ file:///b"
    assert without_credentials(path) == path
    with pytest.raises(MissingRuntime, match=r"//\*\*\*@mirror"):
        raise install_failure("bad http://me:secret@mirror/", "/env", "/log")
