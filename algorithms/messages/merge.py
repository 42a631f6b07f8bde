# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says of a merge."""

from __future__ import annotations

from collections import Counter

from ..texts import tr

MAX_NAMED = 20  # outlines
# counts of a merge, in the order of the sentence
COMPARED = ("new", "known", "modified", "split", "merged")


def say_merged(merged, candidates, existing, keep_all, language, feedback):
    """What became of all candidates; `candidates` and `existing` are their numbers,
    `keep_all`: existing ones that nothing matches stay, `language`: of the words of
    fields and conflicts.
    """
    count = merged.counts
    feedback.pushInfo(
        tr(
            "Of {} candidates {} are duplicates; {} pieces were put together into {} "
            "polygons."
        ).format(candidates, count["duplicates"], count["pieces"], count["united"])
    )
    if count["refused"]:
        feedback.pushInfo(
            tr(
                "{} candidates of status rejected count as rejected polygons. What the "
                "existing inventory does not have of them is in their own layers only."
            ).format(count["refused"])
        )
    feedback.pushInfo(
        tr(
            "{} are new and {} known; {} modified, {} split and {} merged ones differ "
            "from what stands."
        ).format(*(count[name] for name in COMPARED))
    )
    feedback.pushInfo(
        tr(
            "{} repeat a rejected polygon and were left out; {} lie mostly in a better "
            "one or clash with a person's outline."
        ).format(count["suppressed"], count["contested"])
    )
    if existing:
        feedback.pushInfo(
            tr("{} of {} existing polygons were found again.").format(
                len(merged.changes), existing
            )
        )
        kept = len(merged.places(existing, keep_all))
        unmatched = existing - len(merged.removed) - kept
        say_people(merged, unmatched, language, feedback)
    if merged.overruled:
        warn_of_overruled(merged.overruled, feedback)
    if merged.conflicts:
        say_conflicts(merged.conflicts, language, feedback)


def warn_of_overruled(outlines, feedback):
    """What people have as landslides, and an earlier decision keeps out."""
    names = [
        f"{outline.name} ({outline.values.get('reviewer') or '?'})"
        for outline in outlines[:MAX_NAMED]
    ]
    if len(outlines) > MAX_NAMED:
        names.append("...")
    feedback.pushWarning(
        tr(
            "{} outlines that people have as landslides stay out, as a decision of "
            "'reject' says that they are none: {}."
        ).format(len(outlines), ", ".join(names))
    )


def say_conflicts(conflicts, language, feedback):
    """How many there are, by what there is to decide, in words."""
    from ...models.inventory.merge.conflicts import CONFLICT_FIELDS

    words = language.choices(CONFLICT_FIELDS[0].choices)
    reasons = Counter(words[conflict.why] for conflict in conflicts)
    entries = [f"{word} ({times})" for word, times in sorted(reasons.items())]
    feedback.pushWarning(
        tr("Conflicts for a person to decide: {}.").format(language.listed(entries))
    )


def say_people(merged, unmatched, language, feedback):
    """What people's records and decisions changed of the existing polygons, and how many
    are left out as `unmatched`; without any, that all stay as they are.
    """
    field_counts = Counter(
        name
        for place, values in merged.additions.items()
        if place not in merged.replaced
        for name in values
    )
    if field_counts:
        entries = [
            f"{language.field(name)} ({times})"
            for name, times in sorted(field_counts.items())
        ]
        feedback.pushInfo(
            tr("{} existing polygons take over what a person recorded: {}.").format(
                len(set(merged.additions) - set(merged.replaced)),
                language.listed(entries),
            )
        )
    if merged.resolved:
        words = ("keep", "replace", "add", "reject")
        feedback.pushInfo(
            tr(
                "Decided conflicts: {} existing outlines stay, {} are replaced, {} "
                "outlines are added, {} are no landslides."
            ).format(*(merged.resolved[word] for word in words))
        )
    if merged.removed:
        feedback.pushInfo(
            tr("{} existing polygons were given up by these decisions.").format(
                len(merged.removed)
            )
        )
    if unmatched:
        feedback.pushInfo(
            tr("{} existing polygons that nothing matches are left out.").format(
                unmatched
            )
        )
    if not (merged.additions or merged.removed or unmatched):
        feedback.pushInfo(tr("All existing polygons stay as they are."))
