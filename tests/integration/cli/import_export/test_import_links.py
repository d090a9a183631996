"""`slotbeat posts import` asks for links as a host wants to be asked."""

from importlib.metadata import version
from pathlib import Path

from tests.integration.cli.import_export.calendar_files import rows_with_status
from tests.integration.cli.run_command import sqlite_environment
from tests.media_host import Answer, MediaHost, Request


def head_is_refused(request: Request) -> Answer:
    """Answers GET alone; HEAD with the status that the path names."""
    if request.path == "/none.jpg":
        return Answer(status=404)
    status = int(request.path.strip("/.jpg"))
    return Answer(status=status if request.method == "HEAD" else 206)


def test_only_get_decides_whether_there_is_a_file(tmp_path: Path) -> None:
    """Hosts refuse HEAD by any status."""
    shell = sqlite_environment(tmp_path, ALLOW_PRIVATE_MEDIA="1")
    shell.slotbeat("org", "create", "A")
    with MediaHost(head_is_refused).running() as host:
        names = ("400", "403", "404", "405", "500", "501", "none")
        rows = "".join(f"photo,Hello,facebook,{host.url}/{name}.jpg\n" for name in names)
        file = tmp_path / "calendar.csv"
        file.write_text(f"postType,caption,platforms,photoUrls\n{rows}")
        result = shell.slotbeat("posts", "import", file, "--json").json
    (refused,) = rows_with_status(result, "refused")
    assert "/none.jpg answers 404" in refused["errors"][0]["message"]


def choosy(request: Request) -> Answer:
    """Refuses an HTTP library by its name; one file is busy, and one host broken."""
    if request.headers.get("User-Agent", "python").startswith("python"):
        return Answer(status=403)
    return Answer(status={"/busy.jpg": 429, "/broken.jpg": 503}.get(request.path, 200))


def test_links_are_checked_under_our_own_name(tmp_path: Path) -> None:
    """Hosts that refuse libraries answer us, and learn whom to ask. A busy host is called busy: its
    link may be right."""
    shell = sqlite_environment(tmp_path, ALLOW_PRIVATE_MEDIA="1", CONTACT="ops@acme.example")
    shell.slotbeat("org", "create", "A")
    with MediaHost(choosy).running() as host:
        rows = "".join(
            f"photo,Hello,facebook,{host.url}/{name}\n"
            for name in ("a.JPG", "busy.jpg", "broken.jpg")
        )
        file = tmp_path / "calendar.csv"
        file.write_text(f"postType,caption,platforms,photoUrls\n{rows}")
        result = shell.slotbeat("posts", "import", file, "--json").json
    agents = {request.headers["User-Agent"] for request in host.requests}
    assert agents == {f"Slotbeat/{version('slotbeat')} (+ops@acme.example)"}
    assert result["accepted"] == 1
    said = [row["errors"][0]["message"] for row in rows_with_status(result, "refused")]
    assert [message.removeprefix(host.url) for message in said] == [
        "/busy.jpg answers 429; its host is busy or broken; try again later",
        "/broken.jpg answers 503; its host is busy or broken; try again later",
    ]
