#include "machine.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>

namespace edge::ptx {
namespace {

using Word = std::uint64_t;

constexpr std::size_t kMostSteps = 1'000'000;

/// `s32`: how many bits, and whether the highest of them is a sign.
struct Type {
  unsigned bits = 0;
  bool isSigned = false;

  explicit Type(const std::string& name) : bits(bitsOf(name)), isSigned(name.front() == 's') {}

  Word cut(Word value) const { return bits == 64 ? value : value & ((Word{1} << bits) - 1); }
  /// The same with its sign in all 64 bits.
  Word extended(Word value) const {
    const Word low = cut(value);
    const bool negative = isSigned && (low >> (bits - 1)) != 0;
    return negative ? low | ~cut(~Word{0}) : low;
  }
  bool less(Word a, Word b) const {
    if (!isSigned) return cut(a) < cut(b);
    return static_cast<std::int64_t>(extended(a)) < static_cast<std::int64_t>(extended(b));
  }

 private:
  static unsigned bitsOf(const std::string& name) {
    if (name == "pred") return 1;
    const auto bits = static_cast<unsigned>(std::stoul(name.substr(1)));
    if (std::string("sub").find(name.front()) != std::string::npos && bits <= 64) return bits;
    throw std::runtime_error("no such type: " + name);
  }
};

class Thread {
 public:
  Thread(const Entry& entry, const unsigned char* parameters, const std::vector<Range>& memory,
         std::map<std::string, std::uint32_t> special)
      : entry_(entry),
        parameters_(parameters),
        memory_(memory),
        special_(std::move(special)),
        registers_(entry.registers) {}

  void run() {
    std::size_t at = 0;
    for (std::size_t step = 0; step < kMostSteps; ++step) {
      const Instruction& instruction = entry_.instructions.at(at++);
      if (instruction.conditional && (registers_[instruction.condition] != 0) == instruction.negated)
        continue;
      const std::string& name = instruction.parts[0];
      if (name == "ret") return;
      if (name == "bra") {
        at = instruction.target;
      } else if (name == "ld" || name == "st") {
        move(instruction);
      } else {
        set(instruction, value(instruction));
      }
    }
    throw std::runtime_error("a thread does not end");
  }

 private:
  Word operand(const Instruction& instruction, std::size_t place) const {
    const Operand& operand = instruction.operands.at(place);
    if (operand.kind == Operand::Kind::number) return static_cast<Word>(operand.number);
    if (operand.kind == Operand::Kind::special) return special_.at(operand.name);
    return registers_[operand.registers.at(0)];
  }

  void set(const Instruction& instruction, Word value) {
    registers_[instruction.operands.at(0).registers.at(0)] = value;
  }

  /// What an instruction without memory gives.
  Word value(const Instruction& instruction) const {
    const std::string& name = instruction.parts[0];
    const Type type(instruction.parts.back());
    const auto in = [&](std::size_t place) { return operand(instruction, place); };
    // The kernels' addresses are of global memory, which has the same ones.
    if (name == "mov" || name == "cvta") return type.cut(in(1));
    if (name == "cvt") return Type(instruction.parts[1]).cut(type.extended(in(1)));
    if (name == "setp") return compare(instruction, type) ? 1 : 0;
    if (name == "selp") return type.cut(in(3) != 0 ? in(1) : in(2));
    if (name == "add") return type.cut(in(1) + in(2));
    if (name == "sub") return type.cut(in(1) - in(2));
    if (name == "and") return type.cut(in(1) & in(2));
    if (name == "or") return type.cut(in(1) | in(2));
    if (name == "xor") return type.cut(in(1) ^ in(2));
    if (name == "min") return type.cut(type.less(in(1), in(2)) ? in(1) : in(2));
    if (name == "max") return type.cut(type.less(in(1), in(2)) ? in(2) : in(1));
    if (name == "shl") return in(2) >= type.bits ? 0 : type.cut(in(1) << in(2));
    if (name == "shr") return shiftedRight(type, in(1), in(2));
    if (name == "mul" || name == "mad") {
      const bool wide = instruction.parts[1] == "wide";
      if (!wide && instruction.parts[1] != "lo") throw unknown(instruction);
      const Word product = wide ? type.extended(in(1)) * type.extended(in(2)) : type.cut(in(1) * in(2));
      const Word sum = name == "mad" ? product + in(3) : product;
      return wide ? sum : type.cut(sum);
    }
    throw unknown(instruction);
  }

  static Word shiftedRight(const Type& type, Word value, Word by) {
    const auto most = std::min<Word>(by, type.bits - 1);
    const Word whole = type.extended(value);
    const bool negative = type.isSigned && type.less(value, 0);
    if (type.isSigned) return type.cut(negative ? ~(~whole >> most) : whole >> most);
    return by >= type.bits ? 0 : type.cut(value) >> by;
  }

  bool compare(const Instruction& instruction, const Type& type) const {
    const Word a = operand(instruction, 1);
    const Word b = operand(instruction, 2);
    const std::string& how = instruction.parts.at(1);
    if (how == "eq") return type.cut(a) == type.cut(b);
    if (how == "ne") return type.cut(a) != type.cut(b);
    if (how == "lt") return type.less(a, b);
    if (how == "le") return !type.less(b, a);
    if (how == "gt") return type.less(b, a);
    if (how == "ge") return !type.less(a, b);
    throw unknown(instruction);
  }

  /// Between registers and memory, one value or several side by side.
  void move(const Instruction& instruction) {
    const bool loads = instruction.parts[0] == "ld";
    const Operand& registers = instruction.operands.at(loads ? 0 : 1);
    const Operand& place = instruction.operands.at(loads ? 1 : 0);
    const std::size_t bytes = Type(instruction.parts.back()).bits / 8;
    const bool isParameter = place.kind == Operand::Kind::parameter;
    if (instruction.parts[1] != (isParameter ? "param" : "global")) throw unknown(instruction);
    const std::size_t count = registers.kind == Operand::Kind::registers ? registers.registers.size() : 1;
    for (std::size_t i = 0; i < count; ++i) {
      const auto offset = static_cast<Word>(place.number) + i * bytes;
      if (isParameter) {
        if (!loads || offset + bytes > entry_.parameterBytes) throw unknown(instruction);
        registers_[registers.registers[i]] = loaded(parameters_ + offset, bytes);
        continue;
      }
      unsigned char* memory = reach(instruction, registers_[place.registers[0]] + offset, bytes, !loads);
      if (loads) {
        registers_[registers.registers[i]] = loaded(memory, bytes);
      } else {
        const Word stored = registers.kind == Operand::Kind::number ? static_cast<Word>(registers.number)
                                                                    : registers_[registers.registers[i]];
        std::memcpy(memory, &stored, bytes);
      }
    }
  }

  static Word loaded(const unsigned char* from, std::size_t bytes) {
    Word value = 0;
    std::memcpy(&value, from, bytes);
    return value;
  }

  unsigned char* reach(const Instruction& instruction, Word address, std::size_t bytes, bool writes) const {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel's addresses are numbers
    auto* const memory = reinterpret_cast<unsigned char*>(address);
    for (const Range& range : memory_) {
      const auto* const first = static_cast<const unsigned char*>(range.data);
      if (memory < first || memory + bytes > first + range.bytes || (writes && !range.writable)) continue;
      if (address % bytes != 0) break;
      return memory;
    }
    throw std::runtime_error("memory that the kernel may not use: " + instruction.text);
  }

  static std::runtime_error unknown(const Instruction& instruction) {
    return std::runtime_error("an instruction that is not known here: " + instruction.text);
  }

  const Entry& entry_;
  const unsigned char* parameters_;
  const std::vector<Range>& memory_;
  std::map<std::string, std::uint32_t> special_;
  std::vector<Word> registers_;
};

}  // namespace

void run(const Entry& entry, const void* parameters, const Launch& launch, const std::vector<Range>& memory) {
  const auto* const bytes = static_cast<const unsigned char*>(parameters);
  for (std::uint32_t blockY = 0; blockY < launch.blocks[1]; ++blockY) {
    for (std::uint32_t blockX = 0; blockX < launch.blocks[0]; ++blockX) {
      for (std::uint32_t y = 0; y < launch.threads[1]; ++y) {
        for (std::uint32_t x = 0; x < launch.threads[0]; ++x) {
          Thread(entry, bytes, memory,
                 {{"%ntid.x", launch.threads[0]},
                  {"%ntid.y", launch.threads[1]},
                  {"%ctaid.x", blockX},
                  {"%ctaid.y", blockY},
                  {"%tid.x", x},
                  {"%tid.y", y}})
              .run();
        }
      }
    }
  }
}

}  // namespace edge::ptx
