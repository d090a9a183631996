"""The planner: compares what is desired with what is actual and names the next step. Pure."""
