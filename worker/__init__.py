"""The worker: claims due jobs and runs them.

runner, job_admission         claims jobs and runs them on one event loop
concurrency, transfer_places  places at work and of media transfers, shared by organization
fair_semaphore, turn_queue    what they share by
jobs/                         the handler of each kind of job
planner/                      what is next for a post? (pure)
steps/                        one call at the provider each
outcome_writer, group_commit  writes what a step returned; many jobs share one commit
provider_limits/              concurrency, rate and circuit breaker of each provider
media_fetch/, webhooks/       files from their sources; calls to webhook receivers
"""
