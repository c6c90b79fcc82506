#pragma once

#include <NvInfer.h>

#include <cstdint>
#include <vector>

namespace edge::tensorrt_double {

float halfToFloat(std::uint16_t bits);
/// Rounds to the nearest, ties to even.
std::uint16_t floatToHalf(float value);

/// Elements in memory, as numbers to compute with.
std::vector<double> load(const void* from, nvinfer1::DataType type, std::size_t count);
/// Rounds and stores them; integers saturate.
void store(const std::vector<double>& values, nvinfer1::DataType type, void* to);
/// What is left of a number in a type.
double rounded(double value, nvinfer1::DataType type);

}  // namespace edge::tensorrt_double
