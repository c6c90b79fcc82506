"""Compares golden records: numbers within a tolerance, everything else exactly."""


def differences(found, expected, where: str, relative: float = 1e-6) -> list[str]:
    """What is wrong with `found`, one line each. A list of numbers is measured by its largest."""
    if isinstance(found, dict) and isinstance(expected, dict):
        if found.keys() != expected.keys():
            return [f"{where}: has {sorted(found)}, golden has {sorted(expected)}"]
        return [line for key in found for line in differences(found[key], expected[key], f"{where}.{key}", relative)]
    if isinstance(found, list) and isinstance(expected, list):
        if len(found) != len(expected):
            return [f"{where}: {len(found)} entries, golden has {len(expected)}"]
        if all(isinstance(value, float) for value in [*found, *expected]):
            return _numbers(found, expected, where, relative)
        pairs = enumerate(zip(found, expected))
        return [line for i, pair in pairs for line in differences(*pair, f"{where}[{i}]", relative)]
    if isinstance(found, float) and isinstance(expected, float):
        return _numbers([found], [expected], where, relative)
    return [] if found == expected else [f"{where}: {found!r}, golden is {expected!r}"]


def _numbers(found: list[float], expected: list[float], where: str, relative: float) -> list[str]:
    allowed = relative * max((abs(value) for value in expected), default=0.0)
    largest = max((abs(a - b) for a, b in zip(found, expected)), default=0.0)
    return [] if largest <= allowed else [f"{where}: differs by up to {largest:.3g}, allowed is {allowed:.3g}"]
