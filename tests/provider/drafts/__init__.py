"""What a provider with drafts and without a timer must do: contracts that run on its sandbox,
and on its real server where that can be had."""
