# SPDX-License-Identifier: GPL-2.0-or-later
"""A language of the reader: the words of reports, review forms and exports, and how it
writes numbers, lists and moments.

The words stand in `resources/i18n/inventory_<code>.json`; there, too, those of fields and
of their values, whose English is in the schema. Sentences of notes and errors are those of
the plugin's own translation. Nothing that is stored depends on the
language.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from ..errors import MrifeError, Note
from .compiled_translation import read_compiled
from .schema import BY_NAME, Choices, Field

COMPILED = {"zh": "mrife_zh_Hans.qm"}  # what QGIS itself reads, by code
CODES = ("en", "zh")  # of the languages there are, as the parameter LANGUAGE names them
FOLDER = Path(__file__).resolve().parents[2] / "resources" / "i18n"


@dataclass(frozen=True)
class Language:
    """`language("key", name=value)` is a sentence of the language; `code` is one of CODES.

    Raises KeyError for a key that no file has.
    """

    code: str
    words: Mapping[str, str]  # by key, with {name} where a value goes
    labels: Mapping[str, str] = field(default_factory=dict)  # by name of a field
    # by name of the choices: words by stored value
    vocabularies: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # the same, those that people also write, blanks between them
    other_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # templates of notes and errors by their English
    sentences: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, code: str) -> Language:
        """The language of a code of CODES; read from its file once a process."""
        return _read(code)

    def __call__(self, key: str, **values) -> str:
        return self.words[key].format(**values)

    @property
    def tag(self) -> str:
        """As HTML names the language: en, zh-Hans."""
        return self("tag")

    def sentence(self, message: Note | MrifeError | str) -> str:
        """A note or an error in the language, in English where nobody has translated it;
        so is each of its values that is one. A text stays as it is.
        """
        if isinstance(message, str):
            return message
        template = self.sentences.get(message.template, message.template)
        if not message.values:
            return template
        return template.format(*map(self._value, message.values))

    def _value(self, value: object) -> object:
        if isinstance(value, (Note, MrifeError)):
            return self.sentence(value)
        return value

    # --- fields and their values ---

    def label(self, field: Field) -> str:
        """The short name of a field."""
        return self.labels.get(field.name, field.alias)

    def field(self, name: str) -> str:
        """The short name of a field of the schema; the name itself for another's field."""
        if name in BY_NAME:
            return self.label(BY_NAME[name])
        return name

    def choices(self, choices: Choices) -> dict[str, str]:
        """The word for each stored value."""
        words = self.vocabularies.get(choices.name, {})
        return {value: words.get(value, english) for value, english in choices.english}

    def choice(self, name: str, value: object) -> str:
        """What a stored value of a field means; the value itself where the schema has no
        word for it, a dash where there is none.
        """
        if value is None or value == "":
            return self("none")
        text = str(value)
        if name not in BY_NAME:
            return text
        return self.choices(BY_NAME[name].choices).get(text, text)

    # --- numbers, lists, moments ---

    def number(self, value: float, form: str = ",") -> str:
        """A number as Python's format `form` writes it, with the language's separators."""
        separators = {ord(","): self("thousands"), ord("."): self("decimal")}
        return format(value, form).translate(separators)

    def known(self, value: float, form: str) -> str:
        """The same; a dash where it is not finite."""
        if math.isfinite(value):
            return self.number(value, form)
        return self("none")

    def significant(self, value: float, digits: int = 3) -> str:
        """Rounded to significant digits, thousands parted."""
        if not value:
            return "0"
        places = digits - 1 - math.floor(math.log10(abs(value)))
        rounded = self.number(round(value, places), f",.{max(0, places)}f")
        return rounded.replace("-", "−")

    def tick(self, value: float) -> str:
        """A label of an axis: 0.001, 0.5, 20, 1,000."""
        if abs(value) >= 1000:
            return self.number(value, ",.0f")
        return self.number(value, ".6g")

    def listed(self, texts: Iterable[str], separator: str = "comma") -> str:
        """Texts in a row; `separator` is comma or semicolon."""
        return self(separator).join(texts)

    def moment(self, when: datetime) -> str:
        """Day and minute of a moment in UTC."""
        return when.strftime(self("moment"))


@lru_cache(maxsize=None)
def _read(code: str) -> Language:
    if code not in CODES:
        raise ValueError(f"{code!r} is none of the languages {CODES}")
    text = (FOLDER / f"inventory_{code}.json").read_text(encoding="utf-8")
    sections = json.loads(text)
    labels = sections.pop("labels", {})
    vocabularies = sections.pop("vocabularies", {})
    other_words = sections.pop("other_words", {})
    words = {}
    for section in sections.values():
        words.update(section)
    sentences = {}
    if code in COMPILED:
        sentences = read_compiled((FOLDER / COMPILED[code]).read_bytes())
    return Language(code, words, labels, vocabularies, other_words, sentences)


def words_of_all(key: str) -> list[str]:
    """The words under a key in all languages, English first: for what people give, in
    whatever language.
    """
    return [word for code in CODES for word in Language.of(code)(key).split()]


def stored_value(choices: Choices, value: object) -> str | None:
    """The value of `choices` that a word stands for: the value itself or a word of any
    language, whatever the capitals, widths, blanks and signs between letters; None where
    it is no such word.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _by_word(choices).get(folded(str(value)))


@lru_cache(maxsize=None)
def _by_word(choices: Choices) -> dict[str, str]:
    """Stored values by their folded words in each language."""
    values = {folded(value): value for value in choices}
    for language in map(Language.of, CODES):
        for value, word in language.choices(choices).items():
            values.setdefault(folded(word), value)
        for value, words in language.other_words.get(choices.name, {}).items():
            values.update((folded(word), value) for word in words.split())
    return values


def folded(text: str) -> str:
    """Letters and digits alone, narrow and small."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
