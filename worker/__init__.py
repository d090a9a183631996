"""How: the planner that names a post's next step, the steps, and the engine that carries jobs.

decision what the planner answers   missed   slots that went by (pure)
plan     what next? (pure)          steps/   one call at the provider each
retry    when again? (pure)         commit   writing a step's outcome
policy   the times they go by       engine   claim → plan → step → commit → … → release
"""
