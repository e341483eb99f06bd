"""The usual way to draw a Swish sweep, as a yardstick: a plain script of pyplot calls."""

import sys

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(-5, 5, 100)
plt.figure()
for beta in (0.1, 1.0, 10.0):
    plt.plot(x, x / (1 + np.exp(-beta * x)), label=f"Swish (beta={beta})", zorder=2)
plt.title("Swish")
plt.xlabel("input")
plt.ylabel("output")
plt.legend()
plt.axhline(0, color="lightgrey", zorder=1)
plt.axvline(0, color="lightgrey", zorder=1)
plt.xlim(-5, 3)
plt.ylim(-2, 3)
plt.savefig(sys.argv[1])
