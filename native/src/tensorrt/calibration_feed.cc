#include "tensorrt/calibration_feed.h"

#include <algorithm>
#include <utility>

namespace edge::tensorrt {

bool CalibrationFeed::offer(CalibrationBatch& batch) {
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() >= kWaiting) return false;
    waiting_.push_back(std::move(batch));
  }
  changed_.notify_all();
  return true;
}

void CalibrationFeed::end() {
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

void CalibrationFeed::abort() noexcept {
  {
    const std::scoped_lock lock(mutex_);
    aborted_ = true;
  }
  changed_.notify_all();
}

std::optional<CalibrationBatch> CalibrationFeed::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return aborted_ || ended_ || !waiting_.empty(); });
  if (aborted_ || waiting_.empty()) return std::nullopt;
  CalibrationBatch batch = std::move(waiting_.front());
  waiting_.pop_front();
  return batch;
}

void CalibrationFeed::use(cuda::SharedContext context) {
  context_ = std::move(context);
  stream_ = std::make_unique<cuda::Stream>(context_);
}

void CalibrationFeed::release() noexcept {
  places_.clear();
  stream_.reset();
  context_.reset();
}

bool CalibrationFeed::nextBatch(const std::vector<std::string>& names,
                                std::vector<void*>& deviceAddresses) noexcept {
  // TensorRT calls this, and no exception may go through its frames.
  try {
    const std::optional<CalibrationBatch> batch = take();
    if (!batch) return false;
    const cuda::ContextScope scope(*context_);
    deviceAddresses.clear();
    for (const std::string& name : names) deviceAddresses.push_back(upload(checkedInput(*batch, name)));
    stream_->synchronize();
    ++taken_;
    return true;
  } catch (...) {
    failure_ = currentError();
    return false;
  }
}

const CalibrationBatch::Input& CalibrationFeed::checkedInput(const CalibrationBatch& batch,
                                                             const std::string& name) const {
  const auto input = std::find_if(batch.inputs.begin(), batch.inputs.end(),
                                  [&](const CalibrationBatch::Input& one) { return one.name == name; });
  if (input == batch.inputs.end()) {
    std::string given;
    for (const CalibrationBatch::Input& one : batch.inputs) given += (given.empty() ? "" : ", ") + one.name;
    throw Error(ErrorCode::TENSOR_NOT_FOUND,
                {"a calibration batch lacks an input of the model", name, given.empty() ? "none" : given,
                 "Give every batch all inputs, under the model's names."});
  }
  const auto expected = std::find_if(expected_.begin(), expected_.end(),
                                     [&](const CalibrationInput& one) { return one.name == name; });
  if (expected != expected_.end() && expected->bytes != input->bytes.size()) {
    throw Error(
        ErrorCode::SHAPE_MISMATCH,
        {"a calibration batch has another size than the input \"" + name + "\"",
         std::to_string(expected->bytes) + " bytes", std::to_string(input->bytes.size()),
         "Give batches of the input's own shape; where that is open, of the first profile's \"opt\"."});
  }
  return *input;
}

void* CalibrationFeed::upload(const CalibrationBatch::Input& input) {
  auto place =
      std::find_if(places_.begin(), places_.end(), [&](const Place& one) { return one.name == input.name; });
  if (place == places_.end()) {
    auto memory = std::make_unique<cuda::DeviceMemory>(context_, input.bytes.size());
    place = places_.insert(places_.end(), {input.name, std::move(memory)});
  }
  // Of an input whose size nobody knew before, the first batch tells it.
  if (place->memory->bytes() != input.bytes.size()) {
    throw Error(ErrorCode::SHAPE_MISMATCH,
                {"calibration batches have different sizes of the input \"" + input.name + "\"",
                 std::to_string(place->memory->bytes()) + " bytes, as in the first",
                 std::to_string(input.bytes.size()), "Give batches of one shape."});
  }
  stream_->copyToDevice(place->memory->address(), input.bytes.data(), input.bytes.size());
  return place->memory->pointer();
}

void CalibrationFeed::writeCache(const void* data, std::size_t bytes) noexcept {
  try {
    const auto* first = static_cast<const std::uint8_t*>(data);
    result_.assign(first, first + bytes);
  } catch (...) {
    failure_ = currentError();
  }
}

}  // namespace edge::tensorrt
