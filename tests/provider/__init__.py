"""The conformance suite: what every provider must do, on a sandbox of each."""

import pytest

# The contracts are tests too: their assertions show what differs.
for name in ("publications", "fence", "files", "account"):
    pytest.register_assert_rewrite(f"{__name__}.direct.{name}_contract")
