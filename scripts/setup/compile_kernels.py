"""Compiles a CUDA source to PTX with the installed NVRTC: compile_kernels.py SOURCE OPTION… The PTX goes to standard output.

Headers are looked for beside the source.
"""

import ctypes
import sys
from pathlib import Path

import nvidia.cuda_nvrtc

SOURCE = Path(sys.argv[1])
OPTIONS = [*sys.argv[2:], f"--include-path={SOURCE.parent}"]


class Nvrtc:
    """The library's functions; each gives 0 where it succeeded."""

    def __init__(self) -> None:
        folder = Path(nvidia.cuda_nvrtc.__path__[0]) / "lib"
        # It looks for this one by its bare name, and so finds the one that is loaded already.
        ctypes.CDLL(str(folder / "libnvrtc-builtins.so.12.2"), mode=ctypes.RTLD_GLOBAL)
        self.library = ctypes.CDLL(str(folder / "libnvrtc.so.12"))
        self.library.nvrtcGetErrorString.restype = ctypes.c_char_p

    def call(self, name: str, *arguments: object) -> None:
        result = getattr(self.library, name)(*arguments)
        if result != 0:
            words = self.library.nvrtcGetErrorString(result).decode()
            raise RuntimeError(f"{name}: {words} ({result})")

    def text(self, name: str, program: ctypes.c_void_p) -> str:
        size = ctypes.c_size_t()
        self.call(f"{name}Size", program, ctypes.byref(size))
        text = ctypes.create_string_buffer(size.value)
        self.call(name, program, text)
        return text.value.decode()


def main() -> None:
    nvrtc = Nvrtc()
    program = ctypes.c_void_p()
    nvrtc.call(
        "nvrtcCreateProgram", ctypes.byref(program), SOURCE.read_bytes(), SOURCE.name.encode(), 0, None, None
    )
    options = (ctypes.c_char_p * len(OPTIONS))(*(option.encode() for option in OPTIONS))
    try:
        nvrtc.call("nvrtcCompileProgram", program, len(OPTIONS), options)
    except RuntimeError as error:
        sys.exit(f"{error}\n{nvrtc.text('nvrtcGetProgramLog', program)}")
    if warnings := nvrtc.text("nvrtcGetProgramLog", program).strip():
        sys.exit(warnings)
    sys.stdout.write(nvrtc.text("nvrtcGetPTX", program))


main()
