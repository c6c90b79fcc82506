#include "launch.h"

#include <stdexcept>

#include "numbers.h"

namespace edge::tensorrt_double {

namespace {

const TensorInfo& info(const Engine& engine, std::int32_t tensor) {
  return engine.plan.tensors[static_cast<std::size_t>(tensor)];
}

}  // namespace

std::map<std::int32_t, Value> Launch::compute() const {
  std::map<std::int32_t, Value> values;
  for (const auto& [tensor, address] : inputs) {
    const Shape& shape = inputShapes.at(tensor);
    values[tensor] = {shape, load(address, info(*engine, tensor).type, elementCount(shape))};
  }
  edge::tensorrt_double::compute(engine->plan, values);
  return values;
}

void Launch::write(const std::map<std::int32_t, Value>& values) const {
  for (const auto& [tensor, address] : outputs)
    store(values.at(tensor).elements, info(*engine, tensor).type, address);
}

void Launch::run(void* launch) {
  auto& self = *static_cast<Launch*>(launch);
  try {
    self.write(self.compute());
  } catch (const std::runtime_error& error) {
    stop(std::string("a run failed whose shapes were checked: ") + error.what());
  }
  self.done = true;
}

}  // namespace edge::tensorrt_double
