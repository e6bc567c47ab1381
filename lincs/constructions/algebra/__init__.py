"""Orders, fields, matrices, forms, designs and lattices: what frames are made of.  Nothing here knows a family."""
