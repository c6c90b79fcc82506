#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// PTX, as far as the kernels of this project use it: a text that is read, and then run on the processor.
namespace edge::ptx {

/// A register by its number, a whole number, or a place in memory: a register, or a parameter's name, plus
/// bytes.
struct Operand {
  enum class Kind : std::uint8_t { registers, number, special, memory, parameter };
  Kind kind = Kind::number;
  std::vector<std::size_t> registers;  ///< One, or those of a vector; of memory, the one with the address.
  std::int64_t number = 0;             ///< Of memory and parameters, what is added.
  std::string name;                    ///< Of special registers.
};

/// `@%p1 mad.lo.s32 %r1, %r2, %r3, %r4;`
struct Instruction {
  std::string text;                ///< For messages.
  std::vector<std::string> parts;  ///< Of the operation: `mad`, `lo`, `s32`.
  std::vector<Operand> operands;
  bool conditional = false;
  bool negated = false;
  std::size_t condition = 0;
  std::size_t target = 0;  ///< Of branches: an instruction's number.
};

/// A kernel.
struct Entry {
  std::vector<Instruction> instructions;
  std::size_t registers = 0;
  std::size_t parameterBytes = 0;
};

/// The kernels of a text, by name.
/// @throws std::runtime_error naming what it does not understand.
std::map<std::string, Entry> read(const std::string& text);

}  // namespace edge::ptx
