#include "program.h"

#include <cctype>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace edge::ptx {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Commas within braces and brackets separate nothing.
std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char character : text) {
    if (character == '{' || character == '[') ++depth;
    if (character == '}' || character == ']') --depth;
    if (character == separator && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += character;
    }
  }
  for (std::string& part : parts) part = trimmed(part);
  return parts;
}

class EntryReader {
 public:
  void line(const std::string& text) {
    if (text.empty() || text.front() == '.' || text == "{" || text == ")") return;
    if (text.back() == ':') {
      labels_[text.substr(0, text.size() - 1)] = entry_.instructions.size();
      return;
    }
    if (text.back() != ';') throw std::runtime_error("no instruction: " + text);
    instruction(text.substr(0, text.size() - 1));
  }

  void parameterBytes(std::size_t bytes) { entry_.parameterBytes = bytes; }

  Entry finish() {
    for (const auto& [place, label] : jumps_) entry_.instructions[place].target = labels_.at(label);
    entry_.registers = numbers_.size();
    return std::move(entry_);
  }

 private:
  void instruction(const std::string& text) {
    Instruction made;
    made.text = text;
    std::string rest = text;
    if (rest.front() == '@') {
      const auto space = rest.find(' ');
      made.conditional = true;
      made.negated = rest[1] == '!';
      made.condition = numberOf(rest.substr(made.negated ? 2 : 1, space - (made.negated ? 2 : 1)));
      rest = trimmed(rest.substr(space));
    }
    const auto end = rest.find_first_of(" \t");
    made.parts = split(rest.substr(0, end), '.');
    rest = end == std::string::npos ? "" : trimmed(rest.substr(end));
    if (made.parts[0] == "bra") {
      jumps_.emplace_back(entry_.instructions.size(), rest);
    } else if (!rest.empty()) {
      for (const std::string& operand : split(rest, ',')) made.operands.push_back(read(operand));
    }
    entry_.instructions.push_back(std::move(made));
  }

  Operand read(const std::string& text) {
    Operand operand;
    if (text.front() == '[') {
      const std::vector<std::string> parts = split(text.substr(1, text.size() - 2), '+');
      if (parts.size() == 2) operand.number = std::stoll(parts[1]);
      operand.kind = parts[0].front() == '%' ? Operand::Kind::memory : Operand::Kind::parameter;
      if (operand.kind == Operand::Kind::memory) operand.registers.push_back(numberOf(parts[0]));
    } else if (text.front() == '{') {
      operand.kind = Operand::Kind::registers;
      for (const std::string& one : split(text.substr(1, text.size() - 2), ',')) {
        operand.registers.push_back(numberOf(one));
      }
    } else if (text.front() != '%') {
      operand.number = std::stoll(text, nullptr, 0);
    } else if (text.find('.') != std::string::npos) {
      operand.kind = Operand::Kind::special;
      operand.name = text;
    } else {
      operand.kind = Operand::Kind::registers;
      operand.registers.push_back(numberOf(text));
    }
    return operand;
  }

  std::size_t numberOf(const std::string& name) {
    return numbers_.emplace(name, numbers_.size()).first->second;
  }

  Entry entry_;
  std::map<std::string, std::size_t> numbers_;
  std::map<std::string, std::size_t> labels_;
  std::vector<std::pair<std::size_t, std::string>> jumps_;
};

}  // namespace

std::map<std::string, Entry> read(const std::string& text) {
  static const std::regex begin(R"(\.visible \.entry (\w+)\()");
  static const std::regex parameter(R"(\.param \.align \d+ \.b8 \w+\[(\d+)\])");
  std::map<std::string, Entry> entries;
  std::istringstream lines(text);
  std::string line;
  std::string name;
  EntryReader reader;
  while (std::getline(lines, line)) {
    line = trimmed(line.substr(0, line.find("//")));
    std::smatch match;
    if (std::regex_search(line, match, begin)) {
      name = match[1];
      reader = {};
    } else if (std::regex_search(line, match, parameter)) {
      reader.parameterBytes(std::stoul(match[1]));
    } else if (!name.empty() && line == "}") {
      entries[name] = reader.finish();
      name.clear();
    } else if (!name.empty()) {
      reader.line(line);
    }
  }
  return entries;
}

}  // namespace edge::ptx
