"""People: who somebody is, and whether we may write to them. Pure rules."""
