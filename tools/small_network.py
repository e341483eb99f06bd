"""Train a small network and save what reaches its activation functions, for `actviz saturation --data`.

Eight hidden layers of 32 units learn a map of the Jacksboro fault's terrain, which matplotlib ships, from the two
coordinates: stochastic gradient descent with momentum, 3,000 steps of 128 places, in numpy. Takes three seconds.

    python tools/small_network.py sigmoid sigmoid.npz
    python tools/small_network.py relu relu.npz --gain 1.414

The file holds layer1 to layer8: the pre-activations of all places (rows) at all units (columns), in float32.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib import cbook

import actviz

DEPTH, WIDTH, STEPS, BATCH, MOMENTUM = 8, 32, 3000, 128, 0.9
EVERY = 4
"""Every fourth row and column of the map: 86 x 101 places."""

Array = Any


def terrain() -> tuple[Array, Array]:
    """The places (n, 2) and the heights there (n, 1), each with mean 0 and about unit variance."""
    with cbook.get_sample_data("jacksboro_fault_dem.npz") as file:
        heights = file["elevation"][::EVERY, ::EVERY].astype(float)
    side = np.sqrt(3.0)  # a uniform law over -sqrt(3)..sqrt(3) has variance 1
    grid = np.meshgrid(*(np.linspace(-side, side, n) for n in heights.shape), indexing="ij")
    places = np.stack([axis.reshape(-1) for axis in grid], axis=1)
    return places, ((heights - heights.mean()) / heights.std()).reshape(-1, 1)


class Network:
    """Fully connected layers of one activation, and a linear last one, with weights N(0, gain^2/n)."""

    def __init__(self, name: str, gain: float, seed: int) -> None:
        """Draw the weights from `seed`; biases are 0."""
        self.f = actviz.get(name)
        self.draws = np.random.default_rng(seed)
        sizes = [2, *[WIDTH] * DEPTH, 1]
        self.weights = [self.draws.normal(0.0, gain / np.sqrt(a), (a, b)) for a, b in pairwise(sizes)]
        self.biases = [np.zeros(b) for b in sizes[1:]]
        self.speeds = [np.zeros_like(p) for p in self.weights + self.biases]

    def forward(self, x: Array) -> tuple[list[Array], Array]:
        """The pre-activations of each hidden layer, and the output."""
        hidden = []
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            hidden.append(x @ weight + bias)
            x = self.f(hidden[-1])
        return hidden, x @ self.weights[-1] + self.biases[-1]

    def gradients(self, x: Array, y: Array) -> tuple[list[Array], list[Array]]:
        """The gradients of the mean squared error with respect to each layer's weights and biases."""
        hidden, out = self.forward(x)
        back = 2.0 * (out - y) / len(x)
        weights, biases = [], []
        for layer in reversed(range(DEPTH + 1)):
            weights.append((self.f(hidden[layer - 1]) if layer else x).T @ back)
            biases.append(back.sum(axis=0))
            if layer:
                back = (back @ self.weights[layer].T) * self.f.derivative(hidden[layer - 1])
        return weights[::-1], biases[::-1]

    def train(self, x: Array, y: Array, rate: float) -> None:
        """Go down the gradient, with momentum."""
        for _ in range(STEPS):
            some = self.draws.integers(0, len(x), BATCH)
            weights, biases = self.gradients(x[some], y[some])
            parameters = self.weights + self.biases
            for parameter, speed, gradient in zip(parameters, self.speeds, weights + biases, strict=True):
                speed[:] = MOMENTUM * speed + gradient
                parameter[:] = parameter - rate * speed


def main() -> None:
    """Train the network that the command line asks for; say its loss; write the file."""
    parser = argparse.ArgumentParser(description="Train a small network and save its pre-activations.")
    parser.add_argument("function", help="the activation, in any form that actviz takes")
    parser.add_argument("file", help="the .npz file to write")
    parser.add_argument("--gain", type=float, default=1.0, help="weights are N(0, gain^2/n); 1 is Xavier's")
    parser.add_argument("--rate", type=float, default=0.01, help="the learning rate")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    x, y = terrain()
    network = Network(given.function, given.gain, given.seed)
    first = [np.sqrt(np.mean(g**2)) for g in network.gradients(x, y)[0]]
    network.train(x, y, given.rate)
    hidden, out = network.forward(x)
    np.savez(given.file, **{f"layer{i}": h.astype(np.float32) for i, h in enumerate(hidden, start=1)})
    before, after = np.mean(y**2), np.mean((out - y) ** 2)
    print(f"{given.function}: the loss went from {before:.3f} (the mean height everywhere) to {after:.3f}")
    print(f"gradient before training, rms: {first[0]:.1e} at layer 1, {first[-2]:.1e} at layer {DEPTH}")


if __name__ == "__main__":
    main()
