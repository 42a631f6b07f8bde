# SPDX-License-Identifier: GPL-2.0-or-later
"""Tiny wheels, and a package index in a thread that can be at fault."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from base64 import b64decode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import SSLContext

from models.environment.requirements import Wheel


def write_wheel(folder: Path, name: str, files: dict[str, str | bytes]) -> Wheel:
    """A pure wheel of version 1 with `files` beside each other in site-packages."""
    path = folder / f"{name}-1-py3-none-any.whl"
    info = f"{name}-1.dist-info"
    texts = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{file},,\n" for file in [*texts, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as package:
        for file, text in {**texts, f"{info}/RECORD": record}.items():
            package.writestr(file, text)
    return wheel_of(path)


def wheel_of(path: Path) -> Wheel:
    data = path.read_bytes()
    return Wheel(path.name, len(data), hashlib.sha256(data).hexdigest())


class PackageIndex(ThreadingHTTPServer):
    """Serves the wheels of a folder as PEP 503 asks; `fault` says what goes wrong, `login`
    (name:password) who may read. With `moved` it sends pages on to a folder of another
    depth, and with `absolute` links are whole addresses.
    """

    daemon_threads = True

    def __init__(self, folder: Path, context: SSLContext | None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "http"
        if context is not None:
            self.scheme = "https"
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.folder = folder
        self.fault = ""
        self.login = ""
        self.moved = False
        self.absolute = False
        self.asked: list[tuple[str, str]] = []  # path, range
        self.released = threading.Event()  # ends what hangs

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/simple"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.asked.append((self.path, self.headers.get("Range", "")))
        if server.fault.isdecimal():
            self.send_error(int(server.fault))
        elif server.fault == "hangs":
            server.released.wait(30)
        elif server.login and not self.let_in():
            self.refuse()
        elif self.path.startswith("/simple/") and server.moved:
            self.send_on(f"/mirror/python{self.path}")
        elif "/simple/" in self.path:
            self.page()
        elif server.fault == "away":  # where the files lie nobody answers
            self.send_on(f"http://127.0.0.1:9{self.path}")
        elif self.path.startswith("/mirror/python/" if server.moved else "/"):
            self.file(server.folder / self.path.rpartition("/")[2])
        else:
            self.send_error(404)

    def let_in(self) -> bool:
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        return b64decode(given).decode() == self.server.login

    def refuse(self):
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="packages"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_on(self, address: str):
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def page(self):
        files = "../../files"
        if self.server.absolute:
            files = f"http://127.0.0.1:{self.server.server_port}/files"
        links = "".join(
            f'<a href="{files}/{path.name}#sha256=0">{path.name}</a>'
            for path in self.server.folder.glob("*.whl")
        )
        self.answer(200, f"<html><body>{links}</body></html>".encode())

    def file(self, path: Path):
        data = path.read_bytes()
        begin = 0
        status = 200
        asked = self.headers.get("Range", "")
        if asked and self.server.fault != "no ranges":
            begin = int(asked.removeprefix("bytes=").rstrip("-"))
            status = 206
        if self.server.fault == "wrong":
            data = data[:-1] + bytes([data[-1] ^ 1])
        self.answer(status, data[begin:], half=self.server.fault == "half")

    def answer(self, status: int, data: bytes, half=False):
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if half else data)
        self.close_connection = True

    def log_message(self, *_):
        """Nothing on the terminal."""


@contextmanager
def package_index(folder: Path, context: SSLContext | None = None):
    """`context`: of the certificate that it shows."""
    server = PackageIndex(folder, context)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
