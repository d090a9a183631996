"""Settings, broker and logging: the environment is read once, here, by the entry points."""
