# SPDX-License-Identifier: GPL-2.0-or-later
"""Why an environment could not be made, in one sentence with one next step."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..errors import MissingRuntime, MrifeError

# of Qt's QNetworkReply::NetworkError
REFUSED = 1
BROKEN_OFF = 2
TIMED_OUT = (4, 5)  # no answer, or the time for all of it ran out
UNTRUSTED = 6
UNENCRYPTED = 11
UNKNOWN = 99
PROXY = range(101, 200)
PROXY_ASKS = 105  # for a login
PROXY_LOGIN = 407  # status of HTTP

LOGIN = re.compile(r"(?<=//)[^/@\s]+@|[^/\\@:\s]+:[^/\\@\s]+@")
SECRET = re.compile(
    r"([?&][^=&\s]*(?:token|key|password|auth|secret|sig)[^=&\s]*=)[^&\s]+", re.IGNORECASE
)
FULL = r"Errno 28|Errno 122|WinError 112|WinError 39\b|No space left|not enough space"
BLOCKED = r"WinError 4551|WinError 1260|blocked by group policy|Application Control"
FORBIDDEN = (
    r"Errno 13|Errno 1\b|Errno 30|WinError 5\b|WinError 32|Permission denied|Access is "
    r"denied|Read-only file system"
)
OLD_LIBRARY = r"GLIBC\w*_[\d.]+' not found"
NO_VISUAL_C = r"DLL load failed|initialization routine failed|vcruntime|msvcp140"
NO_PROGRAMS = r"failed to map segment|Operation not permitted"
NO_VENV = r"No module named '?(venv|ensurepip)|ensurepip is not available"
WRONG_WHEEL = r"not a supported wheel|No matching distribution|DO NOT MATCH THE HASHES"


def without_credentials(text: str) -> str:
    """A text whose addresses carry no user, password or token."""
    return SECRET.sub(r"\1***", LOGIN.sub("***@", text))


@dataclass(frozen=True)
class Download:
    """What was asked, and how it ended: `error` of Qt, `status` of HTTP or 0, `words` the
    library's own; `proxy`: whether one stands between.
    """

    file: str
    host: str
    error: int
    status: int = 0
    words: str = ""
    proxy: bool = False


def download_failure(asked: Download) -> MrifeError:
    """The error of a download that failed."""
    asked = replace(asked, words=without_credentials(asked.words))
    if asked.status == PROXY_LOGIN or asked.error == PROXY_ASKS:
        return MissingRuntime(
            "The proxy asks for a login; enter it in Settings > Options > Network and run "
            "this again."
        )
    # Qt has no number of its own for most of what a proxy does
    if asked.error in PROXY or (asked.proxy and asked.error in (REFUSED, UNKNOWN)):
        return MissingRuntime(
            "The proxy does not serve ({}); correct its address or login in Settings > "
            "Options > Network.",
            asked.words,
        )
    if asked.error == UNTRUSTED:
        return MissingRuntime(
            "The certificate of '{}' is not trusted ({}), as where a firewall opens "
            "connections; add the firewall's certificate in Settings > Options > "
            "Authentication > Manage Certificates, or give a folder of wheels.",
            asked.host,
            asked.words,
        )
    if asked.status >= 400:
        return _refusal(asked)
    return _broken_connection(asked)


def _broken_connection(asked: Download) -> MrifeError:
    """Of a host that gave no answer, or not all of it."""
    if asked.error in TIMED_OUT:
        return MissingRuntime(
            "'{}' did not answer in time while '{}' was fetched; run this again, which "
            "goes on where it stopped, or give the address of a mirror.",
            asked.host,
            asked.file,
        )
    if asked.error == REFUSED:
        return MissingRuntime(
            "'{}' refuses connections; run this later, or give the address of a mirror.",
            asked.host,
        )
    if asked.error == BROKEN_OFF:
        return MissingRuntime(
            "'{}' broke the connection off while '{}' was fetched; run this again, which "
            "goes on where it stopped.",
            asked.host,
            asked.file,
        )
    if asked.error == UNENCRYPTED:
        return MissingRuntime(
            "'{}' leads to a connection without encryption; give the address of another "
            "mirror.",
            asked.host,
        )
    return MissingRuntime(
        "'{}' cannot be reached ({}); check the connection to the internet, or give the "
        "address of a mirror or a folder of wheels.",
        asked.host,
        asked.words,
    )


def _refusal(asked: Download) -> MrifeError:
    """Of a host that answered with a status of HTTP."""
    if asked.status in (401, 403):
        return MissingRuntime(
            "'{}' refuses access to '{}' (HTTP {}); set the address of a mirror, or one "
            "with your login, in Settings > Options > Processing > Providers > MRIFE "
            "landslides.",
            asked.host,
            asked.file,
            asked.status,
        )
    if asked.status in (404, 410):
        return not_on_index(asked.file, asked.host)
    return MissingRuntime(
        "'{}' has a fault of its own (HTTP {}); run this later, or give the address of a "
        "mirror.",
        asked.host,
        asked.status,
    )


def not_on_index(file: str, host: str) -> MrifeError:
    """Of a file that an index does not have."""
    return MissingRuntime(
        "'{}' is not on '{}'; give the address of another mirror, or a folder of wheels.",
        file,
        host,
    )


def wrong_file_of_folder(file: str, folder: str) -> MrifeError:
    """Of a file in the user's own folder that is another than the one that was pinned."""
    return MissingRuntime(
        "'{}' in '{}' is not the file whose hash the plugin knows; bring it there anew, or "
        "take it away, and it is fetched.",
        file,
        folder,
    )


def wrong_file(file: str, host: str) -> MrifeError:
    """Of a file that is complete and another than the one that was pinned."""
    return MissingRuntime(
        "'{}' from '{}' is not the file whose hash the plugin knows, and was thrown away; "
        "give the address of another mirror.",
        file,
        host,
    )


def install_failure(output: str, folder: str, log: str) -> MrifeError:
    """The error of a venv or pip that ended badly in `folder`, by all that it said; `log`
    is where that stands.
    """
    reason = _of_the_system(output, folder)
    if reason is not None:
        return reason
    if re.search(NO_VENV, output):
        return MissingRuntime(
            "The Python to start from lacks the module venv; install it (Debian, Ubuntu: "
            "python3-venv), or name another."
        )
    if re.search(WRONG_WHEEL, output):
        return MissingRuntime(
            "The packages do not fit the Python to start from, as '{}' says; name another.",
            log,
        )
    return MissingRuntime(
        "The environment could not be made: {}. All that was said stands in '{}'; send it "
        "with a report.",
        _last_line(output).rstrip("."),
        log,
    )


def python_failure(output: str, folder: str) -> MrifeError:
    """The error of a uv that fetched no Python into `folder`, by all that it said."""
    reason = _of_the_system(output, folder)
    if reason is not None:
        return reason
    if "Hash mismatch" in output:
        return MissingRuntime(
            "The Python that was fetched is not the one whose hash is known; set another "
            "mirror in Settings > Options > Processing > Providers > MRIFE landslides."
        )
    return no_python(_last_line(output).removeprefix("cause: "))


def _last_line(output: str) -> str:
    """Of what a program said, without credentials; a dash where it said nothing."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if not lines:
        return "-"
    return without_credentials(lines[-1])


def no_python(reason: str | MrifeError) -> MrifeError:
    """Of a Python of the plugin's own that cannot be had."""
    return MissingRuntime(
        "A Python of its own cannot be fetched ({}); set a mirror in Settings > Options > "
        "Processing > Providers > MRIFE landslides, or name a Python to start from.",
        reason,
    )


def no_answer(asked: Download, patience: float) -> MrifeError:
    """Of a host that was only asked whether it is there."""
    if asked.error in TIMED_OUT:
        return MissingRuntime("'{}' gave no answer in {} s", asked.host, f"{patience:g}")
    words = without_credentials(asked.words)
    return MissingRuntime("'{}' cannot be reached: {}", asked.host, words)


def import_failure(error: MrifeError, folder: str) -> MrifeError:
    """The error of an environment that is whole and does not run, by its self-test's."""
    return _of_the_system(str(error), folder) or error


def _of_the_system(words: str, folder: str) -> MrifeError | None:
    """What the system does not allow or has not, by the words of any program."""
    if re.search(FULL, words):
        return MissingRuntime(
            "The disk of '{}' is full; make room or choose another folder.", folder
        )
    if re.search(BLOCKED, words):
        return MissingRuntime(
            "A policy of this computer forbids programs in '{}'; ask those who look after "
            "it to allow the folder, or name a Python that they installed.",
            folder,
        )
    if re.search(OLD_LIBRARY, words):
        return MissingRuntime(
            "The packages need newer libraries than this system's; update the system, or "
            "name a Python that has them."
        )
    if re.search(NO_VISUAL_C, words):
        return MissingRuntime(
            "Windows lacks the Visual C++ runtime that the packages need; install "
            "Microsoft's Visual C++ Redistributable (x64) and run this again."
        )
    if re.search(NO_PROGRAMS, words):
        return MissingRuntime(
            "No programs may run in '{}'; choose a folder on another disk.", folder
        )
    if re.search(FORBIDDEN, words):
        return MissingRuntime(
            "Files in '{}' may not be written, or an antivirus holds them; let it leave "
            "that folder alone, or choose another.",
            folder,
        )
    return None
