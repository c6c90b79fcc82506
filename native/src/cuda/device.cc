#include "cuda/device.h"

#include <array>
#include <cstdio>

#include "core/error.h"

namespace edge::cuda {
namespace {

std::string uuidText(const abi::Uuid& uuid) {
  std::string text = "GPU-";
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    std::array<char, 3> digits{};
    static_cast<void>(std::snprintf(digits.data(), digits.size(), "%02x", uuid.bytes.at(i)));
    text += digits.data();
  }
  return text;
}

}  // namespace

std::string DeviceInfo::computeCapability() const {
  return std::to_string(computeMajor) + "." + std::to_string(computeMinor);
}

abi::Device deviceAt(const Driver& driver, int ordinal) {
  if (ordinal < 0 || ordinal >= driver.deviceCount()) {
    throw Error(
        ErrorCode::DEVICE_UNAVAILABLE,
        {"there is no GPU number " + std::to_string(ordinal),
         "0 to " + std::to_string(driver.deviceCount() - 1), std::to_string(ordinal),
         "Choose another GPU; CUDA_VISIBLE_DEVICES says which ones this process sees, and in which order."});
  }
  abi::Device device = 0;
  driver.check(driver.DeviceGet(&device, ordinal), "cuDeviceGet");
  return device;
}

DeviceInfo describeDevice(const Driver& driver, int ordinal) {
  const abi::Device device = deviceAt(driver, ordinal);
  const auto attribute = [&](abi::DeviceAttribute which) {
    int value = 0;
    driver.check(driver.DeviceGetAttribute(&value, which, device), "cuDeviceGetAttribute");
    return value;
  };
  DeviceInfo info;
  info.ordinal = ordinal;
  std::array<char, 256> name{};
  driver.check(driver.DeviceGetName(name.data(), static_cast<int>(name.size()) - 1, device),
               "cuDeviceGetName");
  info.name = name.data();
  abi::Uuid uuid{};
  driver.check(driver.DeviceGetUuid(&uuid, device), "cuDeviceGetUuid");
  info.uuid = uuidText(uuid);
  driver.check(driver.DeviceTotalMem(&info.totalBytes, device), "cuDeviceTotalMem");
  info.computeMajor = attribute(abi::DeviceAttribute::computeCapabilityMajor);
  info.computeMinor = attribute(abi::DeviceAttribute::computeCapabilityMinor);
  info.integrated = attribute(abi::DeviceAttribute::integrated) != 0;
  info.canMapHostMemory = attribute(abi::DeviceAttribute::canMapHostMemory) != 0;
  info.multiprocessors = attribute(abi::DeviceAttribute::multiprocessors);
  info.driverVersion = driver.version();
  return info;
}

}  // namespace edge::cuda
