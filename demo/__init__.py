"""The whole journey on one machine: broker, greenhouse and Home Assistant as real processes."""
