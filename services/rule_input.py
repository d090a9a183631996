"""Parses the rules and blackout dates of a request. Every error names its field."""

from collections.abc import Sequence
from datetime import date

from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import BadRule, CronPattern, Pattern, parse_cron, parse_weekly
from scheduler.recurrence.timezones import UnknownZone, find_zone
from services.errors import FieldError, ValidationFailed
from services.inputs.settings_body import DateRange, QueueSlotBody

MAX_CRON_RULES = 100
# A search skips the blackouts one after the other, for each cron rule.
MAX_SEARCH_WORK = 5_000


def parse_rules(written: Sequence[QueueSlotBody], default_zone: str) -> list[Rule]:
    """The rules; ValidationFailed names each wrong one by its index in the list."""
    _check_cron_count(written)
    rules: list[Rule] = []
    problems: list[FieldError] = []
    for number, slot in enumerate(written):
        try:
            zone_name = find_zone(slot.timezone) if slot.timezone else default_zone
            rules.append(Rule(_pattern(slot), zone_name, has_own_zone=slot.timezone is not None))
        except BadRule as error:
            problems.append(_problem(number, error.field, str(error)))
        except UnknownZone as error:
            problems.append(_problem(number, "timezone", str(error)))
    if problems:
        raise ValidationFailed(*problems)
    return rules


def _check_cron_count(written: Sequence[QueueSlotBody]) -> None:
    """ValidationFailed where there are too many cron rules: each one is searched whenever slots are
    looked for."""
    crons = [number for number, slot in enumerate(written) if slot.cron is not None]
    if len(crons) > MAX_CRON_RULES:
        message = (
            f"is one cron rule too many: there are {len(crons)}, and at most {MAX_CRON_RULES} are "
            "taken; dayOfWeek with time costs less"
        )
        raise ValidationFailed(_problem(crons[MAX_CRON_RULES], "cron", message))


def check_search_work(rules: Sequence[Rule], blackouts: Sequence[Sequence[str]] | None) -> None:
    """ValidationFailed where there are too many cron rules for so many blackouts."""
    crons = sum(isinstance(rule.pattern, CronPattern) for rule in rules)
    if crons * len(blackouts or ()) > MAX_SEARCH_WORK:
        message = (
            f"are too many for {crons} cron rules: with so many rules at most "
            f"{MAX_SEARCH_WORK // crons} are taken; days in a row are one as {{'from', 'to'}}"
        )
        raise ValidationFailed(FieldError(field="blackouts", message=message))


def _pattern(slot: QueueSlotBody) -> Pattern:
    if slot.cron is None:
        _require_day_and_time(slot)
        return parse_weekly(slot.dayOfWeek, slot.time)
    if slot.dayOfWeek is not None or slot.time is not None:
        raise BadRule("cron", "goes without dayOfWeek and time; write the one or the other")
    return parse_cron(slot.cron)


def _require_day_and_time(slot: QueueSlotBody) -> None:
    if slot.dayOfWeek is None:
        raise BadRule("dayOfWeek", "is required, 0 (Sunday) to 6 (Saturday), with time; or cron")
    if slot.time is None:
        raise BadRule("time", "is required with dayOfWeek, as HH:mm such as '09:05'")


def _problem(number: int, field: str, message: str) -> FieldError:
    return FieldError(field=f"queueSlots[{number}].{field}", message=message)


def parse_blackouts(written: Sequence[str | DateRange]) -> list[list[str]] | None:
    """Blackouts in the form in which they are stored: pairs of ISO dates; None without any."""
    return [_parse_date_range(number, entry) for number, entry in enumerate(written)] or None


def _parse_date_range(number: int, entry: str | DateRange) -> list[str]:
    texts = (entry, entry) if isinstance(entry, str) else (entry.first, entry.last)
    try:
        first, last = (date.fromisoformat(text) for text in texts)
    except ValueError:
        message = 'must be a date such as \'2026-12-25\', or {"from": …, "to": …}'
        raise ValidationFailed(FieldError(field=f"blackouts[{number}]", message=message)) from None
    if last < first:
        message = f"ends ({last}) before it begins ({first})"
        raise ValidationFailed(FieldError(field=f"blackouts[{number}]", message=message))
    return [first.isoformat(), last.isoformat()]
