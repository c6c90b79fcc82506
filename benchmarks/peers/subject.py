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


def pixels_of(path: str, height: int, width: int, manifest: dict, draft: float = 2) -> np.ndarray:
    """As the manifest says: the middle of the picture, or all of it, resized by Pillow.

    `draft` lets libjpeg decode at a half, a quarter or an eighth of the size, where that is so many times what the picture is resized to;
    0 decodes all of it.
    """
    resize = manifest.get("resize", {})
    kernel = getattr(Image, resize.get("kernel", "bilinear").upper())
    cropped = resize.get("fit") == "cover-crop"
    ratio = resize.get("cropRatio", 0.875)
    with Image.open(path) as picture:
        if draft:
            wanted = (draft * width, draft * height)
            if cropped:
                scale = draft / (min(picture.width / width, picture.height / height) * ratio)
                wanted = (picture.width * scale, picture.height * scale)
            picture.draft("RGB", tuple(round(side) for side in wanted))
        picture = picture.convert("RGB")
        if cropped:
            side = min(picture.width / width, picture.height / height) * ratio
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


# Sleeps are late rather than early.
SLEEP_SLACK_MS = 2


def _wait_until(due: float) -> None:
    while (left := due - milliseconds()) > 0:
        if left > SLEEP_SLACK_MS:
            time.sleep((left - SLEEP_SLACK_MS) / 1000)


def _run(peer: Peer, request: dict) -> dict:
    """One inference after another, whatever is asked for: what is to begin with others waits for them, and its latency counts that."""
    samples, begins = [], []
    images, arrivals, group = request["images"], request.get("arrivalsMs"), request["inFlight"]
    alone = group == 1 and arrivals is None
    if not alone and not peer.end_to_end and peer.images:
        for image in sorted(set(images)):
            _prepare(peer, image)
    origin = begin = milliseconds()
    for at, image in enumerate(images):
        if arrivals is not None:
            begin = origin + arrivals[at]
            _wait_until(begin)
        elif at % group == 0:
            if alone and not peer.end_to_end and peer.images:
                _prepare(peer, image)
            begin = milliseconds()
        if peer.end_to_end or (not alone and peer.images):
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
