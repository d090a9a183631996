"""`slotbeat demo`: publishes the example calendar through the simulator, and counts each post."""
