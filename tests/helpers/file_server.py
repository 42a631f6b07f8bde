# SPDX-License-Identifier: GPL-2.0-or-later
"""A web server in a thread that gives parts of files and lists its folder, as those do
that GDAL reads rasters from.
"""

from __future__ import annotations

import os
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class FileServer(ThreadingHTTPServer):
    """Serves the files of a folder."""

    daemon_threads = True

    def __init__(self, folder: Path):
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder

    @property
    def address(self) -> str:
        """As GDAL names it."""
        return f"/vsicurl/http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, body):
        name = self.path.partition("?")[0].strip("/")
        if not name:
            names = sorted(os.listdir(self.server.folder))
            lines = [f'<a href="{each}">{each}</a>\n' for each in names]
            page = "<title>Index of /</title>\n" + "".join(lines)
            self.send(200, page.encode(), body)
            return
        path = self.server.folder / name
        if not path.is_file():
            self.send(404, b"", body)
            return
        data = path.read_bytes()
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not asked:
            self.send(200, data, body)
            return
        begin, end = int(asked[1]), int(asked[2] or len(data) - 1)
        place = f"bytes {begin}-{min(end, len(data) - 1)}/{len(data)}"
        self.send(206, data[begin : end + 1], body, ("Content-Range", place))

    def send(self, status, data, body, *headers):
        self.send_response(status)
        for name, value in (
            ("Content-Length", str(len(data))),
            ("Accept-Ranges", "bytes"),
            ("Last-Modified", "Sat, 28 Nov 2026 10:00:00 GMT"),
            *headers,
        ):
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, *_):
        pass


@contextmanager
def serving(folder: Path):
    """The server of a folder, for the block."""
    with FileServer(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
