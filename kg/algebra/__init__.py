"""The algebra of comparison: arrays in, arrays out. It knows no graph, no file and no name but those it is given."""
