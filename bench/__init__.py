"""What a message and an entity cost: Home Assistant's own MQTT sensors, and ours over either way to the broker.

    publisher --mTLS--> Mosquitto --mTLS--> hass (a real process, one for each variant) with the probe inside

Each variant has a broker and a hass of its own, all three up at the same time, so that rounds can be interleaved:
whatever else the machine does falls on all of them. Figures come from inside, where nothing needs to be asked while a
burst runs: `bench_probe`, a custom component, counts state writes in a filter of the event bus and reads the
process's CPU time when counting begins and at the last write. It costs every variant the same microsecond per write.
A burst whose writes are not exactly its messages makes the run void.
"""
