"""Names the organizations that have used most of a quota. The system is not at fault, so this check
never fails, but `doctor` does not say that all is well."""

from cli.doctor.check_result import CheckResult, pass_check
from config.settings import PREFIX, Settings
from models.database import Database
from models.store import quota_usage
from models.store.quota_usage import Usage

NAME = "quotas"
# From this share on an organization is named.
NEAR = 0.9
KINDS = ("open_posts", "stored_files", "stored_bytes", "kept_answers")


def check(settings: Settings, database: Database) -> CheckResult:
    """Compare what each organization uses with the quotas."""
    with database.read() as session:
        used = quota_usage.all_usage(session)
    near = [text for owner, each in sorted(used.items()) for text in _near(settings, owner, each)]
    if not near:
        return pass_check(NAME, f"no organization has used {NEAR:.0%} of one")
    return CheckResult(
        NAME, ok=True, message="; ".join(near), needs_person=True,
        fix=f"let them remove what they do not need, or raise {PREFIX}QUOTA_…",
    )  # fmt: skip


def _near(settings: Settings, owner: str, usage: Usage) -> list[str]:
    texts = []
    for kind in KINDS:
        used, quota = getattr(usage, kind), getattr(settings, f"quota_{kind}")
        if quota and used >= NEAR * quota:
            texts.append(f"organization {owner} has {used} of {quota} {kind.replace('_', ' ')}")
    return texts
