"""Long runs under load, each with a make target; none is part of a test tier."""
