#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/field.hpp"

namespace diabolo {

enum class NoiseKind {
  kNone,
  kGaussian,  ///< x + N(0, sigma^2) for each value; pixels are then clipped to [0, 1].
};
template <>
inline constexpr auto kEnumNames<NoiseKind> =
    std::array{std::pair{NoiseKind::kNone, "none"}, std::pair{NoiseKind::kGaussian, "gaussian"}};

/// Noise for images, in units of pixel values that run from 0 to 1: sigma 0.3 is 76 of 255; for
/// tables, in units of scaled values.
/// A range draws each sample's level evenly from [low, high].
struct Noise {
  NoiseKind kind = NoiseKind::kNone;
  double low = 0.0;   ///< Least level, >= 0.
  double high = 0.0;  ///< Greatest level, >= low.

  bool none() const { return kind == NoiseKind::kNone; }
  bool operator==(const Noise&) const = default;
};

/// `none`, `gaussian:0.3`, `gaussian:0-0.6`.
std::string to_text(const Noise& noise);
/// Throws std::invalid_argument saying what was found and what would be right.
void from_text(std::string_view text, Noise& noise);

/// Adds noise in place.
/// batch    [N, ...] float32 on the CPU, contiguous: pixels in [0, 1], which are clipped to that
///          afterwards, or rows of a table [N, D], scaled, which are not
/// samples  the index of each of the N within its data set
/// The noise of a sample depends on (seed, epoch, its index) alone: not on the batch it came in,
/// nor on how many threads worked.
void add_noise(torch::Tensor batch, const Noise& noise, const std::vector<int64_t>& samples,
               uint64_t seed, uint64_t epoch);

}  // namespace diabolo
