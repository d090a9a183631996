"""What each process logs, asks and costs while a server that it needs is away."""
