"""The one door for people's data files: arrays of .npy, .npz, .safetensors and text, read in blocks.

    for stored in opened("acts.npz:layer1"):
        for piece in pieces(stored, axis=-1, nbytes=2**26):
            for block in blocks(piece):
                block.values  # (samples, units, places)

Nothing is unpickled, nothing is mapped, and no more than a block is held, whatever the size of the file.
"""

from actviz.arrays.folders import SUFFIXES
from actviz.arrays.found import Found
from actviz.arrays.layouts import BLOCK, layout, pieces
from actviz.arrays.opening import found_at, opened, opened_with_flags
from actviz.arrays.reading import blocks
from actviz.arrays.records import FLAGS, STANDARD_INPUT, UNKNOWN, Block, Piece, Stored

__all__ = [
    "BLOCK",
    "FLAGS",
    "STANDARD_INPUT",
    "SUFFIXES",
    "UNKNOWN",
    "Block",
    "Found",
    "Piece",
    "Stored",
    "blocks",
    "found_at",
    "layout",
    "opened",
    "opened_with_flags",
    "pieces",
]
