"""What a provider without drafts must do: contracts that run on its sandbox, and on its real server
where that can be had."""
