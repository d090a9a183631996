"""All SQL, by subject: jobs, posts, queue, webhooks, tenants; `sql` has shared helpers."""
