# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of database servers, which QGIS's providers write to."""

from __future__ import annotations

from contextlib import suppress

from qgis.core import (
    QgsDataSourceUri,
    QgsException,
    QgsProviderConnectionException,
    QgsProviderRegistry,
)

from ...models.errors import MrifeError

PROVIDERS = {"postgis": "postgres", "postgresql": "postgres"}  # others as they are named
FAILURES = (QgsException, QgsProviderConnectionException)
TRIAL = "SELECT 1"


class ServerTable:
    """The table that a destination string such as `postgis:dbname=... table=...` names."""

    def __init__(self, text):
        provider, _, uri = text.partition(":")
        provider = PROVIDERS.get(provider.lower(), provider.lower())
        metadata = QgsProviderRegistry.instance().providerMetadata(provider)
        self._text = text
        self._uri = QgsDataSourceUri(uri)
        self._connection = None
        if metadata is not None:
            with suppress(*FAILURES):
                self._connection = metadata.createConnection(uri, {})

    def check(self):
        """Raises MrifeError where nobody answers."""
        if self._connection is None:
            return  # QGIS itself will say why
        try:
            self._connection.executeSql(TRIAL)
        except FAILURES as error:
            raise MrifeError(
                "Nothing can be written to '{}' ({}); check the connection.",
                self._text,
                error,
            ) from error

    def exists(self):
        """Whether it is there already."""
        if self._connection is None:
            return True
        try:
            self._connection.table(self._uri.schema(), self._uri.table())
        except FAILURES:
            return False
        return True

    def drop(self):
        """Take away what a failure left of it."""
        with suppress(*FAILURES):
            self._connection.dropVectorTable(self._uri.schema(), self._uri.table())
