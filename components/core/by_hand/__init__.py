"""An encoder that fits on a sheet of paper: two dimensions, one layer, a little language."""
