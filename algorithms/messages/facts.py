# SPDX-License-Identifier: GPL-2.0-or-later
"""Small reports: rows of facts as text for the log and as an HTML page."""

from __future__ import annotations


def facts_page(title, facts):
    """HTML of (name, value) pairs."""
    from ...models.inventory.markup import template

    return template("facts.html").render(title=title, facts=facts)


def say(feedback, facts):
    for name, value in facts:
        feedback.pushInfo(f"{name}: {value}")
