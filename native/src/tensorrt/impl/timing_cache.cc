#include "tensorrt/impl/timing_cache.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

using nvinfer1::IBuilderConfig;
using nvinfer1::ITimingCache;

Owned<ITimingCache> attachTimingCache(const std::vector<std::uint8_t>& earlier, IBuilderConfig& config,
                                      Log& log) {
  if (!earlier.empty()) {
    auto cache = owned<ITimingCache>(config.createTimingCache(earlier.data(), earlier.size()));
    // Not with one of another GPU or version: its times would be wrong here.
    if (cache != nullptr && config.setTimingCache(*cache, false)) return cache;
    const std::string why = log.takeErrorsOrSilence();
    log.warn("the timing cache of an earlier build is of no use here, and a new one was begun: " + why);
  }
  auto cache = owned<ITimingCache>(config.createTimingCache(nullptr, 0));
  if (cache != nullptr && config.setTimingCache(*cache, false)) return cache;
  log.warn("no timing cache could be made: " + log.takeErrorsOrSilence());
  return nullptr;
}

std::vector<std::uint8_t> contentOf(const ITimingCache* cache) {
  if (cache == nullptr) return {};
  const auto memory = owned<nvinfer1::IHostMemory>(cache->serialize());
  if (memory == nullptr || memory->data() == nullptr) return {};
  const auto* first = static_cast<const std::uint8_t*>(memory->data());
  return {first, first + memory->size()};
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
