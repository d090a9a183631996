"""All SQL, by subject: jobs, posts, queue, webhooks, tenants; sql holds what statements share."""
