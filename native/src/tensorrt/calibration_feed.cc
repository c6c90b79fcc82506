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

bool CalibrationFeed::nextBatch(const std::vector<std::string>& names,
                                std::vector<void*>& deviceAddresses) noexcept {
  // TensorRT calls this, and no exception may go through its frames.
  try {
    const std::optional<CalibrationBatch> batch = take();
    if (!batch) return false;
    const cuda::ContextScope scope(*context_);
    deviceAddresses.clear();
    for (const std::string& name : names) deviceAddresses.push_back(upload(*batch, name));
    stream_->synchronize();
    ++taken_;
    return true;
  } catch (...) {
    failure_ = currentError();
    return false;
  }
}

void* CalibrationFeed::upload(const CalibrationBatch& batch, const std::string& name) {
  const auto input = std::find_if(batch.inputs.begin(), batch.inputs.end(),
                                  [&](const CalibrationBatch::Input& one) { return one.name == name; });
  if (input == batch.inputs.end()) {
    throw Error(ErrorCode::TENSOR_NOT_FOUND,
                {"a calibration batch lacks an input of the model", "\"" + name + "\"", "none of that name",
                 "Give every batch all inputs, under the model's names."});
  }
  auto place = std::find_if(places_.begin(), places_.end(), [&](const Place& one) { return one.name == name; });
  if (place == places_.end()) place = places_.insert(places_.end(), {name, nullptr});
  if (place->memory == nullptr || place->memory->bytes() < input->bytes.size()) {
    place->memory.reset();
    place->memory = std::make_unique<cuda::DeviceMemory>(context_, std::max<std::size_t>(input->bytes.size(), 1));
  }
  stream_->copyToDevice(place->memory->address(), input->bytes.data(), input->bytes.size());
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
