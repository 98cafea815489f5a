"""From a board on USB to a running hub or node: `script/provision hub 1`, `script/provision node 1/3`.

sigacs.toml, certs/  -> image     what a device is to hold: code compiled from firmware/, config.json, pki/
image                -> install   into the slot that is not running, read back, and only then switched to
install              -> flash     one small interface: a folder (--dry-run, the demonstration) or a board on USB

The firmware is data here: compiled and copied, never imported.
"""
