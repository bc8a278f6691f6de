"""Programs of other projects beside which figures are taken, each in an environment of its own under .cache/bench."""
