"""The shape of the house, held by tests. Each rule is a function over a tree, so that a planted fault can show it red."""
