# SPDX-License-Identifier: GPL-2.0-or-later
"""The folder of environments: all or nothing, and nothing of anybody else's goes."""

from __future__ import annotations

import pytest

from models.environment.store import Record, Store, program, size_of

RECORD = Record("cpu", ("numpy==2.4.6",), "3.11.2", 12)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "运行 root")


def made(store, record=RECORD):
    building = store.start()
    (building / "file").write_text("x")
    return store.finish(building, record)


def test_an_environment_is_there_once_it_is_finished(store):
    assert store.current() is None
    building = store.start()
    assert store.current() is None
    environment = store.finish(building, RECORD)
    assert store.current() == environment and environment.record == RECORD
    assert not building.exists()
    assert environment.python == program(environment.folder)


def test_an_interrupted_build_leaves_the_old_one(store):
    old = made(store)
    half = store.start()
    (half / "file").write_text("half")
    assert store.current() == old
    assert store.sweep() == []
    assert not half.exists() and store.current() == old


def test_the_new_one_takes_the_place_of_the_old(store):
    old = made(store)
    new = made(store, Record("training", (), "3.11.2"))
    assert store.current() == new and old.folder.exists()
    store.sweep()
    assert store.current() == new and not old.folder.exists()


def test_one_in_use_stays_with_the_python_that_it_was_made_from(tmp_path):
    used = []
    store = Store(tmp_path, lambda folder: folder in used)
    old = made(store, Record("cpu", (), "3.12.1", own_python=True))
    store.python("3.12.1").mkdir()
    store.python("3.12.2").mkdir()
    new = made(store, Record("cpu", (), "3.12.2", own_python=True))
    used.append(old.folder)
    assert store.sweep() == [old.folder] and store.sweep_pythons() == []
    assert old.folder.exists() and store.python("3.12.1").exists()
    assert store.remove() == [old.folder] and new.folder.exists()
    used.clear()
    assert store.sweep() == [] and store.sweep_pythons() == []
    assert not old.folder.exists() and not store.python("3.12.1").exists()


def test_the_tenth_is_newer_than_the_ninth(store):
    environments = [made(store) for _ in range(11)]
    assert store.current() == environments[-1]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kind": "cpu"}'])
def test_a_damaged_record_is_no_environment(store, text):
    environment = made(store)
    (environment.folder / "environment.json").write_text(text)
    assert store.current() is None


def test_removal_takes_what_was_made_and_nothing_else(store):
    made(store)
    store.start()
    store.downloads.mkdir()
    (store.downloads / "a.whl").write_text("x")
    store.log.write_text("said")
    (store.root / "of the user").mkdir()
    (store.root / "environment-of mine").mkdir()
    assert store.remove() == []
    left = {path.name for path in store.root.iterdir()}
    assert left == {"of the user", "environment-of mine"}


def test_bytes_are_counted_once(store):
    environment = made(store)
    before = size_of(environment.folder)
    (environment.folder / "more").write_bytes(b"123")
    (environment.folder / "link").symlink_to("more")
    assert size_of(environment.folder) == before + 3
