"""The subcommands of `tensorlab`, a file each."""
