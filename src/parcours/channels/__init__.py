"""Ways out: what turns a planned message into bytes, and what carries the bytes."""
