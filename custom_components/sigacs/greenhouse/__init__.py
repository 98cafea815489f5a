"""The domain: what travels on the wire and what is known of each planter.

Standard library only. No Home Assistant, no clock and no input or output here: payloads and times come in as
arguments, so that every rule can be tested alone.
"""
