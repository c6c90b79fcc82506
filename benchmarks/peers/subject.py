"""The subject's side of the protocol (packages/bench/src/subject/protocol.ts), for peers in Python.

A peer makes a class with `load(request) -> version`, `prepare(image)`, `infer()` and, if it can tell classes, `scores()`, and gives it to
`serve`.
"""

import json
import sys
import time
import traceback

import numpy as np
from PIL import Image


def milliseconds() -> float:
    return time.perf_counter_ns() / 1e6


def peak_rss_bytes() -> int:
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def manifest_of(model: str) -> dict:
    """The `input` part of the manifest beside a model, where there is one."""
    folder, _, name = model.rpartition("/")
    for candidate in (f"{name.rpartition('.')[0]}.model.json", "model.json"):
        try:
            with open(f"{folder}/{candidate}", encoding="utf8") as file:
                return json.load(file).get("input", {})
        except FileNotFoundError:
            continue
    return {}


def pixels_of(path: str, height: int, width: int, manifest: dict) -> np.ndarray:
    """As the manifest says: the middle of the picture, or all of it, resized by Pillow."""
    resize = manifest.get("resize", {})
    kernel = getattr(Image, resize.get("kernel", "bilinear").upper())
    with Image.open(path) as picture:
        picture.draft("RGB", (2 * width, 2 * height))
        picture = picture.convert("RGB")
        if resize.get("fit") == "cover-crop":
            side = min(picture.width / width, picture.height / height) * resize.get("cropRatio", 0.875)
            left, top = (picture.width - side * width) / 2, (picture.height - side * height) / 2
            box = (left, top, left + side * width, top + side * height)
            picture = picture.resize((width, height), kernel, box=box)
        else:
            picture = picture.resize((width, height), kernel)
        return np.asarray(picture, dtype=np.uint8)


class PictureError(Exception):
    """A picture that cannot be read or decoded: the runner goes on without it."""

    def __init__(self, image: int, cause: OSError) -> None:
        super().__init__(str(cause) or repr(cause))
        self.image = image
        self.code = type(cause).__name__


class Peer:
    """What `serve` needs; `load` keeps the request and the images."""

    images: list

    def load(self, request: dict) -> str:
        raise NotImplementedError

    def prepare(self, image: int) -> None:
        """Brings a picture into the input; made-up input stays as it is."""
        raise NotImplementedError

    def infer(self) -> None:
        raise NotImplementedError

    def scores(self) -> np.ndarray:
        raise NotImplementedError


def _load(peer: Peer, request: dict) -> dict:
    peer.images = request["images"]
    begin = milliseconds()
    version = peer.load(request)
    loaded = milliseconds()
    peer.infer()
    return {
        "answer": "loaded",
        "version": version,
        "loadMs": loaded - begin,
        "firstRunMs": milliseconds() - loaded,
    }


def _prepare(peer: Peer, image: int) -> None:
    try:
        peer.prepare(image)
    except OSError as error:
        raise PictureError(image, error) from error


def _run(peer: Peer, request: dict) -> dict:
    if request["inFlight"] != 1 or "arrivalsMs" in request:
        raise NotImplementedError("this peer runs one inference after another only")
    samples, begins = [], []
    end_to_end = peer.end_to_end
    for image in request["images"]:
        if not end_to_end and peer.images:
            _prepare(peer, image)
        begin = milliseconds()
        if end_to_end:
            _prepare(peer, image)
        peer.infer()
        samples.append(milliseconds() - begin)
        begins.append(begin)
    return {
        "answer": "ran",
        "samplesMs": samples,
        "beginsMs": begins,
        "nowMs": milliseconds(),
        "peakRssBytes": peak_rss_bytes(),
    }


def _classify(peer: Peer, request: dict) -> dict:
    pictures = []
    for image in range(len(peer.images)):
        try:
            peer.prepare(image)
            peer.infer()
        except OSError as error:
            pictures.append({"error": {"code": type(error).__name__, "message": str(error)}})
            continue
        scores = peer.scores()
        best = np.argsort(-scores, kind="stable")[: request["topK"]]
        pictures.append({"classes": [{"index": int(at), "score": float(scores[at])} for at in best]})
    return {"answer": "classified", "pictures": pictures}


def softmax(logits: np.ndarray) -> np.ndarray:
    exponents = np.exp(logits - logits.max())
    return exponents / exponents.sum()


def serve(peer: Peer) -> None:
    # Libraries print to stdout what would not be JSON.
    answers = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["ask"] == "load":
                peer.end_to_end = request["endToEnd"]
                answer = _load(peer, request)
            elif request["ask"] == "run":
                answer = _run(peer, request)
            elif request["ask"] == "classify":
                answer = _classify(peer, request)
            else:
                answer = {"answer": "ended"}
        except PictureError as error:
            answer = {"answer": "failed", "code": error.code, "message": str(error), "image": error.image}
        except Exception as error:  # noqa: BLE001  Whatever a library throws is an answer.
            traceback.print_exc()
            answer = {"answer": "failed", "code": type(error).__name__, "message": str(error) or repr(error)}
        print(json.dumps(answer), file=answers, flush=True)
