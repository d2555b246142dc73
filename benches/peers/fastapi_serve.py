"""FastAPI with ONNX Runtime: the same network behind the same route, as a user would write it.

    uvicorn --app-dir benches/peers fastapi_serve:app     with MODEL set to the file that `app export --format onnx` wrote
"""

import os

import numpy as np
import onnxruntime
from fastapi import FastAPI
from pydantic import BaseModel, Field

options = onnxruntime.SessionOptions()
# One image takes microseconds: more threads only wait for each other.
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
app = FastAPI()


class Body(BaseModel):
    """One image of 400 numbers, or several."""

    pixels: list[float] | None = Field(default=None, min_length=400, max_length=400)
    images: list[list[float]] | None = None


@app.post("/v1/predict")
def predict(body: Body):
    """Predict images, row by row, and return the digit and its probability for each."""
    images = np.asarray(body.images if body.images is not None else [body.pixels], dtype=np.float32)
    # The network takes pixels column by column.
    columns = images.reshape(-1, 20, 20).transpose(0, 2, 1).reshape(-1, 400)
    probabilities = session.run(None, {name: np.ascontiguousarray(columns)})[0]
    if probabilities.shape[1] == 1:
        probabilities = np.hstack([1 - probabilities, probabilities])
    digits = probabilities.argmax(axis=1)
    return {
        "model": "peer",
        "images": [
            {"digit": int(digit), "probability": float(of[digit]), "probabilities": [float(p) for p in of]}
            for digit, of in zip(digits, probabilities)
        ],
    }


@app.get("/healthz")
def healthz():
    """Say that the server runs."""
    return "ok"
