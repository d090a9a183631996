"""The other side of Bluesky for tests: calls at a PDS, real or sandbox, and a proxy before it."""

import pytest

# Their tests are inherited by the files that pytest collects, and it rewrites only those by itself.
for name in ("blob", "record", "session", "standing", "write"):
    pytest.register_assert_rewrite(f"{__name__}.{name}_contract")
