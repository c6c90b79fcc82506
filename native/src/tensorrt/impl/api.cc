#include <memory>
#include <utility>

#include "tensorrt/impl/build.h"
#include "tensorrt/impl/engine.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

class LoadedApi final : public Api {
 public:
  explicit LoadedApi(EntryPoints entryPoints) : entryPoints_(std::move(entryPoints)) {}

  Version version() const noexcept override { return entryPoints_.version; }

  void start() override { EDGE_TENSORRT_NAMESPACE::start(entryPoints_); }

  BuiltEngine build(const OnnxContent& model, const BuildSettings& settings, BuildObserver* observer,
                    Calibrator* calibrator) override {
    return EDGE_TENSORRT_NAMESPACE::build(entryPoints_, model, settings, observer, calibrator);
  }

  std::unique_ptr<Engine> deserialize(const void* plan, std::size_t bytes,
                                      const LoadSettings& settings) override {
    return EDGE_TENSORRT_NAMESPACE::deserialize(entryPoints_, plan, bytes, settings);
  }

 private:
  EntryPoints entryPoints_;
};

}  // namespace

std::unique_ptr<Api> makeApi(const EntryPoints& entryPoints) {
  return std::make_unique<LoadedApi>(entryPoints);
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
