"""What the engine computes for each widget: a module here for each, with `example` and `cases`."""
