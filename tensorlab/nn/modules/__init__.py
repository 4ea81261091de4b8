"""The layers, a file for each kind, and what they are all made from: Module."""
