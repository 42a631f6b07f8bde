# SPDX-License-Identifier: GPL-2.0-or-later
"""The outputs of a run take their places together when all are whole, or none does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ..errors import MrifeError
from .database import Transaction, check_unused
from .files import write_failure
from .scratch import scratch_folder

# beside what was there, no longer true of what replaces it: indices and headers of
# Shapefiles, pyramids and statistics of rasters, what SQLite had not yet put into a file
STALE = (".sbn", ".sbx", ".qix", ".qpj", ".shp.xml")
STALE_OF_NAME = (".aux.xml", ".ovr", ".msk", "-wal", "-shm", "-journal")
OLD = "old"  # folder of what is replaced, until all is in place


class Staging:
    """Paths to write to instead of the places that the user named; `place` moves all that
    was written there. A context manager: what was not placed is gone after the block.

    A file is made in a hidden folder beside its place, a table in one beside its
    database.
    """

    def __init__(self):
        self._stack = ExitStack()
        self._folders: dict[Path, Path] = {}  # hidden ones, by where they lie
        self._files: dict[Path, Path] = {}  # path to write to, by place
        self._tables: list[tuple[Path, str, str]] = []  # database, name, file with it

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_) -> None:
        self._stack.close()

    def path(self, place: str | os.PathLike) -> str:
        """Where to write what shall stand at `place`, always the same. Files of the same
        stem beside it will stand beside `place`. Raises MrifeError.
        """
        final = Path(os.path.realpath(place))  # through a link, which stays one
        if final not in self._files:
            self._files[final] = self._room(final) / final.name
        return str(self._files[final])

    def table(self, database: str | os.PathLike, name: str) -> str:
        """A GeoPackage to write: its one layer will be the table `name` of an existing
        database. Raises MrifeError.
        """
        final = Path(os.path.realpath(database))
        source = str(self._room(final) / "table.gpkg")
        self._tables.append((final, name, source))
        return source

    def place(self) -> None:
        """Put all in its place, in this order: tables, files; only then the tables are
        there for others to see. Raises MrifeError, after which all is as it was before.
        """
        with ExitStack() as stack:
            transactions: dict[Path, Transaction] = {}
            for database, name, source in self._tables:
                if database not in transactions:
                    opened = stack.enter_context(Transaction(database))
                    transactions[database] = opened
                transactions[database].replace(name, source)
            stack.enter_context(self._swapped())
            for transaction in transactions.values():
                transaction.commit()

    def _room(self, final: Path) -> Path:
        """A new folder for one output, on its disk."""
        beside = final.parent
        try:
            if beside not in self._folders:
                hidden = scratch_folder(beside, hidden=True)
                self._folders[beside] = self._stack.enter_context(hidden)
            count = len(self._files) + len(self._tables)
            room = self._folders[beside] / str(count)
            room.mkdir()
        except OSError as error:
            raise write_failure(final, error) from error
        return room

    @contextmanager
    def _swapped(self) -> Iterator[None]:
        """New files stand in their places; a failure in the block brings the old back."""
        done: list[tuple[Path, Path]] = []  # moves
        try:
            for final, written in self._files.items():
                check_unused(final)
                for source, target in self._moves(final, written):
                    os.replace(source, target)
                    done.append((source, target))
            yield
        except (OSError, MrifeError) as error:
            for source, target in reversed(done):
                os.replace(target, source)
            if isinstance(error, MrifeError):
                raise
            raise MrifeError(
                "The files in '{}' cannot be replaced ({}); close them where they are "
                "open or choose another name.",
                final.parent,
                error.strerror,
            ) from error

    def _moves(self, final: Path, written: Path) -> Iterator[tuple[Path, Path]]:
        """(from, to): what stands there out of the way, then what was written."""
        old = written.parent / OLD
        new = sorted(path.name for path in written.parent.iterdir())
        if not new:  # nothing was made of it, so the old is still right
            return
        old.mkdir()
        stale = [final.with_suffix(ending).name for ending in STALE]
        stale += [final.name + ending for ending in STALE_OF_NAME]
        for name in dict.fromkeys(new + stale):
            if os.path.lexists(final.parent / name):
                yield final.parent / name, old / name
        for name in new:
            yield written.parent / name, final.parent / name
