"""Writes the crops that the default model's int8 weights are calibrated on: int8_calibration.py SCRIPTS PHOTOGRAPHS OUT.npy

SCRIPTS is the folder of the scripts that make the default model. Runs in the environment of the `python` step.
"""

import sys
from pathlib import Path

import numpy as np

INPUT_SIZE, SHORT_SIDE = 224, 256

sys.path.append(sys.argv[1])

from photographs import PHOTOGRAPHS, calibration_inputs, preprocess  # noqa: E402

folder, target = map(Path, sys.argv[2:])
# The photographs themselves first: what the model is checked with.
sizes = (INPUT_SIZE, SHORT_SIDE)
pictures = [preprocess(folder / file, *sizes) for file in PHOTOGRAPHS.values()] + calibration_inputs(folder, *sizes)
with target.open("wb") as file:
    np.save(file, np.stack(pictures))
