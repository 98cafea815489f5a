"""A greenhouse's own certificate authority, and the Mosquitto configuration that goes with it."""
