"""The beats that are compared, each as a `BeatCandidate`."""
