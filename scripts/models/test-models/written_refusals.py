"""Models that cannot be run, each with what its error must say."""

from builder import ModelFile
from cases import Case


def _tensor_type(name: str, dtype: str, said: str, operator: str = "RESHAPE", to: str = "float32") -> Case:
    """A graph whose input holds what JavaScript has no array for."""
    model = ModelFile()
    graph = model.graph()
    given, result = graph.input("given", dtype, (2,)), graph.output("result", to, (2,))
    graph.operator(operator, [given], [result])
    return Case(name, model.to_bytes(), refused=("MODEL_UNSUPPORTED", said))


def _custom() -> Case:
    model = ModelFile()
    graph = model.graph()
    given, result = graph.input("given", "float32", (2,)), graph.output("result", "float32", (2,))
    graph.operator("EdgeTestOperator", [given], [result])
    return Case("custom_operator", model.to_bytes(), refused=("MODEL_UNSUPPORTED", "EdgeTestOperator"))


def _future() -> Case:
    model = ModelFile()
    graph = model.graph()
    given, result = graph.input("given", "float32", (2,)), graph.output("result", "float32", (2,))
    graph.operator("ADD", [given, given], [result], version=99, AddOptions={})
    return Case("future_version", model.to_bytes(), refused=("MODEL_UNSUPPORTED", "'ADD' version '99'"))


def _no_output() -> Case:
    model = ModelFile()
    graph = model.graph()
    # Of a type that no delegate takes: one that removes what nothing uses would end the process.
    given, result = graph.input("given", "int32", (2,)), graph.tensor("result", "int32", (2,))
    graph.operator("NEG", [given], [result], NegOptions={})
    return Case("no_output", model.to_bytes(), refused=("MODEL_UNSUPPORTED", "no output"))


def refused_cases() -> list[Case]:
    return [
        _tensor_type("string_input", "string", "strings", to="string"),
        _tensor_type("complex_input", "complex64", "complex64", operator="REAL"),
        _tensor_type("int4_input", "int4", "int4", operator="CAST"),
        _custom(),
        _future(),
        _no_output(),
    ]
