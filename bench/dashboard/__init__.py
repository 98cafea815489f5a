"""How long until a person sees who needs water, with 200 planters: our dashboard beside core's own, in one browser."""
