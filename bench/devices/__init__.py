"""What the firmware costs: memory, time and size, beside the limits that it has to keep."""
