"""What each screen shows, read in one consistent snapshot. Nothing here changes anything."""
