#include "config.h"

#include "log.h"
#include "network.h"

namespace edge::tensorrt_double {

void BuilderConfig::onSetFlags(BuilderFlags flags) {
  flags_ = flags;
#if NV_TENSORRT_MAJOR < 11
  const auto require = [flags](BuilderFlag flag, const char* value, int minor) {
    if ((flags >> static_cast<unsigned>(flag) & 1U) != 0) requireSince(value, minor);
  };
  require(BuilderFlag::kREFIT_INDIVIDUAL, "BuilderFlag::kREFIT_INDIVIDUAL", 2);
  require(BuilderFlag::kSTRICT_NANS, "BuilderFlag::kSTRICT_NANS", 6);
  require(BuilderFlag::kMONITOR_MEMORY, "BuilderFlag::kMONITOR_MEMORY", 6);
  require(BuilderFlag::kFP4, "BuilderFlag::kFP4", 8);
  require(BuilderFlag::kEDITABLE_TIMING_CACHE, "BuilderFlag::kEDITABLE_TIMING_CACHE", 8);
  require(BuilderFlag::kDISTRIBUTIVE_INDEPENDENCE, "BuilderFlag::kDISTRIBUTIVE_INDEPENDENCE", 12);
#endif
}

void BuilderConfig::onSetHardwareCompatibilityLevel(HardwareCompatibilityLevel level) {
  hardware_ = level;
  if (NV_TENSORRT_MAJOR == 10 && level == HardwareCompatibilityLevel::kSAME_COMPUTE_CAPABILITY) {
    requireSince("HardwareCompatibilityLevel::kSAME_COMPUTE_CAPABILITY", 9);
  }
}

std::int32_t BuilderConfig::onAddOptimizationProfile(IOptimizationProfile const* profile) {
  const auto* own = static_cast<const OptimizationProfile*>(profile);
  if (own == nullptr || !own->onIsValid()) {
    logError(logger, "IBuilderConfig::addOptimizationProfile", kApiUsage,
             "the optimization profile is not valid");
    return -1;
  }
  profiles.push_back(own->shapes());
  return static_cast<std::int32_t>(profiles.size()) - 1;
}

bool BuilderConfig::onCanRunOnDLA(ILayer const* layer) const {
  const auto* own = dynamic_cast<const LayerData*>(layer);
  return dlaCores() > 0 && own != nullptr && own->node.op != Op::nonZero;
}

ITimingCache* BuilderConfig::onCreateTimingCache(void const* blob, std::size_t size) const {
  auto cache = std::make_unique<TimingCache>();
  if (size > 0 && !cache->read({static_cast<const char*>(blob), size})) {
    logError(logger, "IBuilderConfig::createTimingCache", kSerialization, "the blob is not a timing cache");
    return nullptr;
  }
  return cache.release();
}

bool BuilderConfig::onSetTimingCache(ITimingCache const& cache, bool ignoreMismatch) {
  const auto& own = static_cast<const TimingCache&>(cache);
  if (!ignoreMismatch && !own.fits()) {
    log(logger, Severity::kWARNING,
        "The timing cache was made on another device or by another version, and is not used.");
    return false;
  }
  timingCache = &own;
  return true;
}

}  // namespace edge::tensorrt_double
