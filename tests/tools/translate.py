# SPDX-License-Identifier: GPL-2.0-or-later
"""Strings of the plugin into resources/i18n/mrife_zh_Hans.ts, and that file into the .qm
that QGIS reads.

python tests/tools/translate.py [table.json ...]: adds new strings, keeps what is
translated, takes in tables of source to translation, compiles, lists what is missing.
Templates of errors are strings of the plugin, too.
"""

from __future__ import annotations

import ast
import difflib
import json
import struct
import sys
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[2]
ERRORS = (
    "Note",
    "MrifeError",
    "UnsuitableRaster",
    "EmptyRaster",
    "NothingToSearch",
    "NothingLeft",
    "InvalidModel",
    "MissingRuntime",
    "WorkerDied",
)
TS = ROOT / "resources" / "i18n" / "mrife_zh_Hans.ts"
CONTEXT = "MRIFE"
HEAD = f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_Hans" sourcelanguage="en">
<context>
<name>{CONTEXT}</name>
"""
# of models/training, what is said while QGIS fine-tunes
TAUGHT = (
    "architecture.py",
    "checkpoint.py",
    "lesson.py",
    "lesson_samples.py",
    "school.py",
    "trainer.py",
    "tuning_server.py",
)
UNFINISHED = ' type="unfinished"'
TAIL = "</context>\n</TS>\n"
MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
HASHES, MESSAGES, LANGUAGE = 0x42, 0x69, 0xA7  # sections of a .qm
END, TRANSLATION, SOURCE, PLACE, COMMENT = 1, 3, 6, 7, 8  # parts of a message


def strings(root: Path = ROOT) -> dict[str, str]:
    """Each text given to tr() or translate() in a checkout, and the first file that has it.
    ValueError for what is no literal.
    """
    found = {}
    folders = (root / name for name in ("algorithms", "mrife_plugin"))
    for path in (p for folder in folders for p in sorted(folder.rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and called(node.func):
                text = getattr(node.args[-1], "value", None)
                if isinstance(text, str):
                    found.setdefault(text, path.name)
                elif path.name not in (
                    "texts.py",
                    "errors.py",
                ):  # where tr() itself stands, and where errors are said
                    raise ValueError(
                        f"{path.name}, line {node.lineno}: tr() takes a literal"
                    )
    return found


def sentences() -> dict[str, str]:
    """The template of each error that may be raised while QGIS runs, and the first file
    that has it.

    ValueError for a template that is no literal.
    """
    found = {}
    for path in (
        p
        for folder in ("algorithms", "models")
        for p in sorted((ROOT / folder).rglob("*.py"))
    ):
        parts = path.relative_to(ROOT).parts
        of_the_trainer = parts[1] == "training" and path.name not in TAUGHT
        if of_the_trainer or parts[1] in ("experiments", "scenes", "__main__.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ERRORS
                and node.args
            ):
                text = getattr(node.args[0], "value", None)
                if not isinstance(text, str):
                    raise ValueError(
                        f"{path.name}, line {node.lineno}: an error takes a literal "
                        "template"
                    )
                if text.replace("{}", "").strip():  # something of it is ours
                    found.setdefault(text, str(path.relative_to(ROOT)))
    return found


def called(function: ast.expr) -> bool:
    return (
        getattr(function, "id", "") == "tr"
        or getattr(function, "attr", "") == "translate"
    )


def translations(path: Path = TS) -> dict[str, str]:
    """Source to translation, '' where there is none yet."""
    if not path.exists():
        return {}
    return {
        message.findtext("source"): message.findtext("translation") or ""
        for message in ElementTree.parse(path).iter("message")
    }


def written(table: dict[str, str]) -> str:
    """The .ts file of a table."""
    return (
        HEAD
        + "".join(
            f"<message>\n<source>{escape(source)}</source>\n<translation{'' if text else UNFINISHED}>{escape(text)}"
            "</translation>\n</message>\n"
            for source, text in sorted(table.items())
        )
        + TAIL
    )


def compiled(table: dict[str, str]) -> bytes:
    """The .qm file of a table, as Qt's QTranslator reads it."""
    messages, places = b"", []
    for source, text in sorted(table.items()):
        if text:
            places.append((elf_hash(source.encode()), len(messages)))
            words = text.encode("utf-16-be")
            messages += struct.pack(">BI", TRANSLATION, len(words)) + words
            for tag, part in (
                (COMMENT, b""),
                (SOURCE, source.encode()),
                (PLACE, CONTEXT.encode()),
            ):
                messages += struct.pack(">BI", tag, len(part)) + part
            messages += bytes([END])
    index = b"".join(struct.pack(">II", *place) for place in sorted(places))
    sections = ((LANGUAGE, b"zh_Hans"), (HASHES, index), (MESSAGES, messages))
    return MAGIC + b"".join(
        struct.pack(">BI", tag, len(part)) + part for tag, part in sections
    )


def elf_hash(text: bytes) -> int:
    """Qt's key of a source text."""
    value = 0
    for byte in text:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value or 1


def main(files: list[str]) -> int:
    """Vanished strings stay while others wait for a translation, which may be theirs
    but for a word.
    """
    found, known = {**sentences(), **strings()}, translations()
    for file in files:
        known.update(json.loads(Path(file).read_text(encoding="utf-8")))
    missing = [source for source in found if not known.get(source)]
    vanished = [source for source in known if source not in found]
    table = {
        source: known.get(source, "")
        for source in [*found, *(vanished if missing else ())]
    }
    TS.parent.mkdir(exist_ok=True)
    TS.write_text(written(table), encoding="utf-8")
    TS.with_suffix(".qm").write_bytes(compiled(table))
    for source in missing:
        print(f"{found[source]}: {source!r}")
        for old in difflib.get_close_matches(source, vanished, 1, 0.4):
            print(f"    was {old!r}\n    in Chinese {known[old]!r}")
    print(
        f"{len(found)} strings, {len(missing)} without a translation, {len(vanished)} "
        "vanished."
    )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
