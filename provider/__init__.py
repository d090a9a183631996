"""Where to: the protocol that every publishing provider fulfils, its errors, and Swonkie's client.

errors    what went wrong, sorted by what the caller must do
protocol  what a provider can be asked, and the shapes of its answers
upload    sending a file to wherever a provider said
swonkie/  the first provider
"""
