# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of a package index, through QGIS's network: its proxy, its certificates."""

from __future__ import annotations

import hashlib
import os
import re
import time
from html.parser import HTMLParser
from pathlib import Path

from qgis.core import QgsFeedback, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QEventLoop, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkProxy, QNetworkProxyQuery, QNetworkRequest

from ...models.environment.failures import (
    BROKEN_OFF,
    PROXY_LOGIN,
    Download,
    download_failure,
    no_answer,
    not_on_index,
    without_credentials,
    wrong_file,
    wrong_file_of_folder,
)
from ...models.errors import Cancelled, MissingRuntime, MrifeError
from .process import POLL

WHOLE = 200  # status of HTTP
PARTIAL = 206  # what follows goes on where the file stopped
LONGEST_PAGE = 50_000_000  # bytes
PIECE = 1 << 20


class Index:
    """Where packages are looked for: a folder of wheels first, then package indexes
    (PEP 503), each with `patience` in seconds until the next bytes.
    """

    def __init__(self, folder, addresses, patience):
        self.folder = folder
        self.addresses = addresses
        self.patience = patience

    def missing(self, wheels):
        """Those that do not lie in the folder: they need a network."""
        if not self.folder:
            return list(wheels)
        return [
            wheel
            for wheel in wheels
            if not os.path.isfile(os.path.join(self.folder, wheel.file))
        ]

    def fetch(self, wheel, downloads, feedback, progress):
        """Path of a wheel that is right; `progress` is called with the bytes that are
        there. Raises MrifeError, Cancelled.
        """
        target = downloads / wheel.file
        if self.folder and os.path.isfile(os.path.join(self.folder, wheel.file)):
            target = Path(self.folder, wheel.file)
            if sha256(target) != wheel.sha256:
                raise wrong_file_of_folder(wheel.file, self.folder)
        elif not target.exists():
            part = downloads / f"{wheel.file}.part"
            url = self._url(wheel.file, feedback)
            self._download(url, wheel, part, feedback, progress)
            os.replace(part, target)
        progress(wheel.size)
        return target

    def _url(self, file, feedback):
        """Where an index says that a file is."""
        name = re.sub("[-_.]+", "-", file.split("-")[0]).lower()
        for address in self.addresses:
            asked = QUrl(f"{address.rstrip('/')}/{name}/")
            page, text = self._page(asked, file, feedback)
            links = Links()
            links.feed(text)
            for link in links.addresses:
                url = page.resolved(QUrl(link))
                if url.fileName() == file:
                    return url
        raise not_on_index(file, host_of(QUrl(address)))

    def _page(self, url, file, feedback):
        """(address, text) of a page, where the index has it: it may send on to there."""
        pieces = []
        reply = Reply(url, {b"Accept": b"text/html"}, self.patience)
        for piece in reply.pieces(feedback):
            pieces.append(piece)
            if sum(map(len, pieces)) > LONGEST_PAGE:
                reply.abort()
        if reply.status == 404:
            return url, ""
        reply.check(file)
        return reply.reply.url(), b"".join(pieces).decode("utf-8", "replace")

    def _download(self, url, wheel, part, feedback, progress):
        """Into `part`, going on where it stopped; it goes where it is wrong."""
        there = part.stat().st_size if part.exists() else 0
        headers = {b"Accept-Encoding": b"identity"}
        if 0 < there < wheel.size:
            headers[b"Range"] = f"bytes={there}-".encode()
        reply = Reply(url, headers, self.patience)
        with open(part, "ab") as file:
            for piece in reply.pieces(feedback):
                if there and reply.status == WHOLE:
                    file.seek(0)
                    file.truncate()
                    there = 0
                if reply.status in (WHOLE, PARTIAL) and file.tell() <= wheel.size:
                    file.write(piece)
                    progress(file.tell())
        reply.check(wheel.file)
        size = part.stat().st_size
        if size < wheel.size:
            raise download_failure(reply.ended(wheel.file, BROKEN_OFF))
        if size > wheel.size or sha256(part) != wheel.sha256:
            part.unlink()
            if there:
                return self._download(url, wheel, part, feedback, progress)
            raise wrong_file(wheel.file, host_of(url))


class Reply:
    """One answer of a host, piece by piece as it comes."""

    def __init__(self, url, headers, patience):
        self.url = url
        self.patience = patience
        request = QNetworkRequest(url)
        attributes = QNetworkRequest.Attribute
        request.setAttribute(
            attributes.RedirectPolicyAttribute,
            QNetworkRequest.RedirectPolicy.NoLessSafeRedirectPolicy,
        )
        request.setAttribute(attributes.CacheSaveControlAttribute, False)
        request.setAttribute(
            attributes.CacheLoadControlAttribute,
            QNetworkRequest.CacheLoadControl.AlwaysNetwork,
        )
        for name, value in headers.items():
            request.setRawHeader(name, value)
        self.reply = QgsNetworkAccessManager.instance().get(request)
        timer = self.reply.findChild(QTimer, "timeoutTimer")
        if timer:  # QGIS's own patience: it logs the address, with its login
            timer.blockSignals(True)

    def pieces(self, feedback):
        """Bytes as they come, to the end or until none came for too long. Raises
        Cancelled.
        """
        loop = QEventLoop()
        self.reply.readyRead.connect(loop.quit)
        self.reply.finished.connect(loop.quit)
        last = time.monotonic()
        while not self.reply.isFinished() or self.reply.bytesAvailable():
            if feedback.isCanceled():
                self.reply.abort()
                raise Cancelled()
            piece = bytes(self.reply.read(PIECE))
            if piece:
                last = time.monotonic()
                yield piece
            elif time.monotonic() - last > self.patience:
                self.reply.abort()
            else:
                QTimer.singleShot(POLL, loop.quit)
                loop.exec()

    def abort(self):
        self.reply.abort()

    @property
    def status(self):
        """Of HTTP; 0 where there was none."""
        attribute = QNetworkRequest.Attribute.HttpStatusCodeAttribute
        return int(self.reply.attribute(attribute) or 0)

    @property
    def error(self):
        """A number of QNetworkReply.NetworkError."""
        error = self.reply.error()
        return getattr(error, "value", error)  # of PyQt6, of PyQt5

    def check(self, file):
        """Raises MrifeError where the answer ended badly."""
        if self.error:
            raise download_failure(self.ended(file, self.error))

    def ended(self, file, number):
        words = self.reply.errorString()
        host = host_of(self.reply.url())  # of the last one, where it was sent on
        return Download(
            file, host, number, self.status, words, bool(proxy_address(self.url))
        )


class Links(HTMLParser):
    """The addresses of a page's links."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attrs):
        address = dict(attrs).get("href")
        if tag == "a" and address:
            self.addresses.append(address)


def check_answers(url, patience):
    """Raises MissingRuntime where a host, or the folder of an address, is not there;
    whatever a host answers is right, but for a proxy that asks for a login.
    """
    if url.isLocalFile():
        if not os.path.isdir(url.toLocalFile()):
            raise MissingRuntime("'{}' is not there", url.toLocalFile())
        return
    reply = Reply(url, {}, patience)
    next(reply.pieces(QgsFeedback()), None)
    if reply.status in (0, PROXY_LOGIN):
        raise no_answer(reply.ended("", reply.error), patience)
    reply.abort()


def check_address(address):
    """Raises MrifeError for what is no address of a package index."""
    url = QUrl(address)
    if url.scheme() not in ("https", "http") or not url.host():
        raise MrifeError(
            "'{}' is no address of a package index; it begins with https:// and mostly "
            "ends in /simple.",
            without_credentials(address),
        )


def proxy_address(url):
    """Of the proxy through which QGIS reaches an address, with its login; "" where there
    is none.
    """
    kinds = QNetworkProxy.ProxyType
    factory = QgsNetworkAccessManager.instance().proxyFactory()
    if factory is None:
        return ""
    for proxy in factory.queryProxy(QNetworkProxyQuery(url)):
        if proxy.type() not in (kinds.NoProxy, kinds.DefaultProxy):
            address = QUrl()
            socks = proxy.type() == kinds.Socks5Proxy
            address.setScheme("socks5h" if socks else "http")
            address.setHost(proxy.hostName())
            address.setPort(proxy.port())
            address.setUserName(proxy.user())
            address.setPassword(proxy.password())
            return bytes(address.toEncoded()).decode()
    return ""


def host_of(url):
    """Without a login that it may carry."""
    port = "" if url.port() == -1 else f":{url.port()}"
    return f"{url.host()}{port}"


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(PIECE), b""):
            digest.update(piece)
    return digest.hexdigest()
