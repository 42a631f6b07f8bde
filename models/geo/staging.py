# SPDX-License-Identifier: GPL-2.0-or-later
"""The outputs of a run take their places together when all are whole, or none does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from ..errors import MrifeError
from ..regular_file import check_regular
from .locks import LOCK, only_run_at
from .scratch import scratch_folder
from .write_failure import check_unused, write_failure

# beside what was there, no longer true of what replaces it: indices and headers of
# Shapefiles, metadata, pyramids and statistics of rasters, what SQLite had not yet put into a file
STALE = (".sbn", ".sbx", ".qix", ".qpj", ".shp.xml", ".qmd")
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
        self._adopted: list[tuple[str, str]] = []  # unfinished, path to write to

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_) -> None:
        for unfinished, _ in self._adopted:
            with suppress(FileNotFoundError):
                os.remove(unfinished)
        self._stack.close()

    def path(self, place: str | os.PathLike) -> str:
        """Where to write what shall stand at `place`, always the same. Files of the same
        stem beside it will stand beside `place`. Raises MrifeError.
        """
        final = Path(os.path.realpath(place))  # through a link, which stays one
        _check_replaceable(final)
        if final not in self._files:
            self._files[final] = self._room(final) / final.name
        return str(self._files[final])

    def adopt(self, unfinished: str, place: str | os.PathLike) -> None:
        """Take what will stand at `unfinished`, on the same disk, for `place`: a name that
        a later run finds again where this one is killed. Raises MrifeError where another
        run is writing there.
        """
        final = Path(os.path.realpath(place))
        lock = final.with_name(f".{final.name}{LOCK}")
        self._stack.enter_context(only_run_at(lock, final))
        self._adopted.append((unfinished, self.path(place)))

    def beside(
        self, place: str | os.PathLike, suffix: str, replacing: bool = False
    ) -> str | None:
        """Where to write a file of the same stem; None where the user has one, unless it
        is to be replaced.
        """
        beside = Path(os.path.realpath(place)).with_suffix(suffix)
        if beside.exists() and not replacing:
            return None
        return str(Path(self.path(place)).with_suffix(suffix))

    def table(self, database: str | os.PathLike, name: str) -> str:
        """A GeoPackage to write: its one layer will be the table `name` of a database, of a
        new GeoPackage where there is none. Raises MrifeError.
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
            for transaction in self._transactions(stack, new=True):
                transaction.commit()
            transactions = self._transactions(stack, new=False)
            stack.enter_context(self._swapped())
            for transaction in transactions:
                transaction.commit()

    def _transactions(self, stack: ExitStack, new: bool) -> list:
        """Of each database, with its tables in it, waiting to be committed: of those that
        are there, or of `new` ones, which are files to be placed.
        """
        if not self._tables:  # then GDAL is not needed
            return []
        from .database import Transaction, make_geopackage

        transactions: dict[Path, Transaction] = {}
        for database, name, source in self._tables:
            if database.exists() == new:
                continue
            if database not in transactions:
                path = database
                if new:
                    path = self.path(database)
                    make_geopackage(path)
                transactions[database] = stack.enter_context(Transaction(path))
            transactions[database].replace(name, source)
        return list(transactions.values())

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
        """New files stand in their places; a failure, or Ctrl-C, brings the old back."""
        moves: list[tuple[Path, Path]] = []  # begun: Ctrl-C may come before or after one
        try:
            for unfinished, path in self._adopted:
                os.replace(unfinished, path)
            for final, written in self._files.items():
                for source, target in self._moves(final, written):
                    moves.append((source, target))
                    os.replace(source, target)
            yield
        except (OSError, MrifeError, KeyboardInterrupt) as error:
            for source, target in reversed(moves):
                if not os.path.lexists(source):
                    os.replace(target, source)
            if not isinstance(error, OSError):
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
        replaced = dict.fromkeys(new)
        for name in new:
            check_unused(final.parent / name)
            replaced.update(
                (Path(name).with_suffix(ending).name, None) for ending in STALE
            )
            replaced.update((name + ending, None) for ending in STALE_OF_NAME)
        for name in replaced:
            _check_replaceable(final.parent / name)
            if os.path.lexists(final.parent / name):
                yield final.parent / name, old / name
        for name in new:
            yield written.parent / name, final.parent / name


def _check_replaceable(path: Path) -> None:
    """Raises MrifeError: no folder and no device is ever replaced, whatever is asked."""
    check_regular(path)
    if os.path.isdir(path) and not path.is_symlink():  # is_dir fails for long names
        raise MrifeError("The output '{}' is a folder; give a file name.", path)
