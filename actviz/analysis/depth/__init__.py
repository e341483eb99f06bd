"""A deep random network: what mean-field theory predicts of each layer, and a simulation."""
