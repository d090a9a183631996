"""The worker: claims due jobs and runs them.

runner, concurrency           claims batches of jobs and runs them on one event loop
jobs/                         the handler of each kind of job
planner/                      what is next for a post? (pure)
steps/                        one call at the provider each
outcome_writer, group_commit  writes what a step returned; many jobs share one commit
provider_limits/              concurrency, rate and circuit breaker of each provider
media_fetch/, webhooks/       files from their sources; calls to webhook receivers
"""
