"""Maps, nearest neighbours and clusters of many vectors."""
