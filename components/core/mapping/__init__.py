"""Many vectors as maps, neighbours and groups."""
