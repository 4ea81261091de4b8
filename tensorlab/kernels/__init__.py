"""What must be fast, or rounded just so: numpy arrays in, numpy arrays out, no Tensor."""
