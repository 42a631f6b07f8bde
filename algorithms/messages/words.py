# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says of values that nobody could read."""

from __future__ import annotations

from ..texts import tr

MAX_SHOWN = 5  # different values of a field


def say_unread(unread, name, feedback):
    """`unread`: values.Unread of the layer called `name`."""
    from ...models.inventory.schema import BY_NAME

    for field in sorted({field for field, _ in unread}):
        counts = {value: n for (other, value), n in unread.items() if other == field}
        values = ", ".join(f"'{value}' ({n})" for value, n in _most(counts))
        if BY_NAME[field].choices:
            words = ", ".join(BY_NAME[field].choices)
            feedback.pushWarning(
                tr(
                    "Field {} of '{}' holds words that are none of its vocabulary: {}. "
                    "Known, in English or Chinese, are {}."
                ).format(field, name, values, words)
            )
        else:
            feedback.pushWarning(
                tr("Field {} of '{}' holds what is no number: {}.").format(
                    field, name, values
                )
            )


def _most(counts):
    """The most frequent ones first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MAX_SHOWN]
