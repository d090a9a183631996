"""What a network or an account gets of a post: the common content, changed by its versions."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.post_content import VersionContent, content_for

NAMES = st.sampled_from(["x", "bluesky", "account-1", "account-2"])
TEXTS = st.text("abc ", max_size=4)
FIELDS = st.dictionaries(st.sampled_from(["one", "two", "three"]), TEXTS, max_size=3)
FILES = 4
PLACES = st.lists(st.integers(0, FILES - 1), unique=True, max_size=FILES)
VERSION = st.fixed_dictionaries(
    {},
    optional={
        "caption": TEXTS,
        "platformFields": FIELDS,
        "altTexts": st.lists(TEXTS, max_size=FILES),
        "media": PLACES,
    },
)
VERSIONS = st.dictionaries(NAMES, VERSION, max_size=4)
COMMON = st.builds(VersionContent, TEXTS, FIELDS, st.just(tuple(range(FILES))))


@given(COMMON, VERSIONS)
def test_a_target_without_versions_gets_the_common_content(
    common: VersionContent, versions: dict[str, Any]
) -> None:
    """Whatever the versions of others say; an empty version says nothing."""
    assert content_for(common, versions, "mastodon", None) == common
    assert content_for(common, {**versions, "mastodon": {}}, "mastodon", "account-3") == common


@given(COMMON, VERSIONS)
def test_the_account_s_version_goes_before_its_network_s_and_that_before_the_common_content(
    common: VersionContent, versions: dict[str, Any]
) -> None:
    """For the caption, for the files, and for each platform field alone."""
    found = content_for(common, versions, "x", "account-1")
    layers = [versions.get("account-1", {}), versions.get("x", {})]
    captions = [each["caption"] for each in layers if "caption" in each]
    assert found.caption == [*captions, common.caption][0]
    media = [tuple(each["media"]) for each in layers if "media" in each]
    assert found.media == [*media, common.media][0]
    fields = [*(each.get("platformFields", {}) for each in layers), common.fields]
    assert found.fields.keys() == {name for each in fields for name in each}
    for name, value in found.fields.items():
        assert value == next(each[name] for each in fields if name in each)


@given(COMMON, VERSIONS)
def test_alt_texts_belong_to_the_files_that_they_were_written_for(
    common: VersionContent, versions: dict[str, Any]
) -> None:
    """Texts of the network's version say nothing about the files that the account's version
    chooses; then each file has its own."""
    found = content_for(common, versions, "x", "account-1")
    account, network = versions.get("account-1", {}), versions.get("x", {})
    if "altTexts" in account:
        assert found.alt_texts == tuple(account["altTexts"])
    elif "media" in account or "altTexts" not in network:
        assert found.alt_texts is None
    else:
        assert found.alt_texts == tuple(network["altTexts"])


@given(COMMON, VERSIONS)
def test_a_version_changes_nothing_for_others(
    common: VersionContent, versions: dict[str, Any]
) -> None:
    """Nor the common content itself, which is not written to."""
    before = (common.caption, dict(common.fields), common.media)
    found = content_for(common, versions, "x", "account-1")
    others = {name: each for name, each in versions.items() if name in ("x", "account-1")}
    assert found == content_for(common, others, "x", "account-1")
    assert (common.caption, common.fields, common.media) == before
