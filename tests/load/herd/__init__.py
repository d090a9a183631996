"""A herd: thousands of posts are due while the provider is away, and then it comes back."""
