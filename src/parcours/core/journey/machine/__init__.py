"""The parts of the kernel: compiled functions on the room of one contact (tables.Room), the linked tables and the events."""
