"""Runs the tiny models in Python's TFLite, and records what they answer."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from cases import Case, Run
from values import describe, to_json


class _Recorder:
    """One model in one interpreter: a later run finds the state that an earlier one left."""

    def __init__(self, case: Case):
        self._interpreter = Interpreter(model_content=case.content, num_threads=1)
        self._interpreter.allocate_tensors()
        self._inputs = self._interpreter.get_input_details()
        self._outputs = self._interpreter.get_output_details()
        # The wrapper's own list: the public one leaves out which tensor a name stands for.
        self._signatures = self._interpreter._get_full_signature_list()
        self._shapes = [entry["shape"].tolist() for entry in self._inputs]
        self._dynamic: set[int] = set()

    def describe(self) -> dict:
        return {
            "inputs": [describe(entry) for entry in self._inputs],
            "outputs": [
                {**describe(entry), **({"dynamic": True} if place in self._dynamic else {})}
                for place, entry in enumerate(self._outputs)
            ],
            "signatures": [
                {"key": key, "inputs": sorted(names["inputs"]), "outputs": sorted(names["outputs"])}
                for key, names in self._signatures.items()
            ],
        }

    def run(self, run: Run) -> dict:
        record = {"signature": run.signature} if run.signature is not None else {}
        resized = self._resize(run)
        if resized:
            record["resize"] = resized
        record["inputs"] = {name: to_json(values) for name, values in run.inputs.items()}
        outputs = self._call(run) if run.signature is None else self._call_signature(run)
        record["outputs"] = {
            name: {"shape": list(values.shape), "values": to_json(values)} for name, values in outputs.items()
        }
        return record

    def _resize(self, run: Run) -> dict[str, list[int]]:
        """New shapes by the place of the input, of those that the run changes."""
        names = [entry["name"] for entry in self._inputs]
        if run.signature is not None:
            by_name = self._signatures[run.signature]["inputs"]
            indices = [entry["index"] for entry in self._inputs]
            # The input of another graph has no place among those of the first; no test resizes one.
            if not self._on_first_graph(run.signature):
                return {}
            places = {name: indices.index(by_name[name]) for name in run.inputs}
        else:
            places = {name: names.index(name) for name in run.inputs}
        changed = {}
        for name, values in run.inputs.items():
            place = places[name]
            if self._shapes[place] != list(values.shape):
                changed[str(place)] = self._shapes[place] = list(values.shape)
                self._interpreter.resize_tensor_input(self._inputs[place]["index"], values.shape)
        if changed:
            self._interpreter.allocate_tensors()
        return changed

    def _on_first_graph(self, signature: str) -> bool:
        return self._interpreter.get_signature_runner(signature)._subgraph_index == 0

    def _call(self, run: Run) -> dict[str, np.ndarray]:
        index_of = {entry["name"]: entry["index"] for entry in self._inputs}
        for name, values in run.inputs.items():
            self._interpreter.set_tensor(index_of[name], values)
        before = [entry["shape"].tolist() for entry in self._interpreter.get_output_details()]
        self._interpreter.invoke()
        after = self._interpreter.get_output_details()
        self._dynamic |= {place for place, entry in enumerate(after) if entry["shape"].tolist() != before[place]}
        # By place: two outputs may have one name.
        return {str(place): self._read(entry) for place, entry in enumerate(after)}

    def _read(self, details: dict) -> np.ndarray:
        shape = details["shape"]
        # Of a dynamic tensor that came out empty the interpreter has no data at all, and would throw.
        return np.zeros(shape, details["dtype"]) if 0 in shape else self._interpreter.get_tensor(details["index"])

    def _call_signature(self, run: Run) -> dict[str, np.ndarray]:
        outputs = self._interpreter.get_signature_runner(run.signature)(**run.inputs)
        return {name: outputs[name] for name in sorted(outputs)}


def record(case: Case) -> dict:
    """The golden record of a case. A model that must be refused is not run."""
    if case.refused is not None:
        code, said = case.refused
        return {"model": f"{case.name}.tflite", "code": code, "says": said}
    recorder = _Recorder(case)
    runs = [recorder.run(run) for run in case.runs]
    return {"model": f"{case.name}.tflite", **recorder.describe(), "runs": runs}
