#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/field.hpp"

namespace diabolo {

/// Noise for images, whose pixels x run from 0 to 1. After each kind pixels are clipped to [0, 1].
enum class NoiseKind {
  kGaussian,    ///< x + N(0, level^2), each value. Rows of a table too, in units of scaled values.
  kSaltPepper,  ///< A share `level` of the values becomes 0 or 1, half of them each.
  kSpeckle,     ///< x + x N(0, level^2): the brighter, the noisier. Rows of a table too.
  kPoisson,     ///< Poisson(x level) / level: `level` photons make white.
  kMask,        ///< A share `level` of the pixels is missing: 0 in all channels. Rows of a table
                ///< too, where 0 is the middle of a column.
  kJpeg,        ///< Stored as JPEG of quality `level`, rounded to a whole number.
};
template <>
inline constexpr auto kEnumNames<NoiseKind> = std::array{
    std::pair{NoiseKind::kGaussian, "gaussian"}, std::pair{NoiseKind::kSaltPepper, "salt-pepper"},
    std::pair{NoiseKind::kSpeckle, "speckle"},   std::pair{NoiseKind::kPoisson, "poisson"},
    std::pair{NoiseKind::kMask, "mask"},         std::pair{NoiseKind::kJpeg, "jpeg"}};

/// What the level of a kind is.
struct NoiseLevel {
  std::string_view name;  ///< "SIGMA", for help.
  std::string_view is;    ///< "the standard deviation", for errors.
  double least, most;     ///< It lies in [least, most]; most may be infinite.
  bool for_tables;        ///< The kind means something for rows of a table.
  bool less_is_worse;     ///< A low level is the noisier one: photons, quality.
};
const NoiseLevel& level_of(NoiseKind kind);

/// One kind; its level is drawn for each sample, evenly from [low, high].
struct NoisePart {
  NoiseKind kind = NoiseKind::kGaussian;
  double low = 0.0;
  double high = 0.0;
  bool operator==(const NoisePart&) const = default;
};

/// Kinds one after the other, each on what the one before it left.
struct Noise {
  std::vector<NoisePart> parts;

  bool none() const { return parts.empty(); }
  bool operator==(const Noise&) const = default;
};

Noise gaussian_noise(double low, double high);

/// `none`, `gaussian:0.3`, `gaussian:0-0.6`, `gaussian:0.1+mask:0.2`.
std::string to_text(const Noise& noise);
/// Throws std::invalid_argument saying what was found and what would be right.
void from_text(std::string_view text, Noise& noise);

/// What to say of a model that was trained on `trained` and is asked to clean `asked`: that it
/// never saw the kind, or levels far from these. "" when there is nothing to say.
std::string beyond_training(const Noise& asked, const Noise& trained);

/// Throws std::invalid_argument naming the first kind that is for images alone.
void require_for_tables(const Noise& noise);

/// Adds noise in place.
/// batch    [N, C, H, W] float32 on the CPU, contiguous: pixels in [0, 1], which are clipped to
/// that
///          after each kind, or rows of a table [N, D], scaled, which are not
/// samples  the index of each of the N within its data set
/// The noise of a sample depends on (seed, epoch, its index) alone: not on the batch it came in,
/// nor on how many threads worked.
/// Throws std::invalid_argument for a kind that does not fit: jpeg takes 1 or 3 channels.
void add_noise(torch::Tensor batch, const Noise& noise, const std::vector<int64_t>& samples,
               uint64_t seed, uint64_t epoch);

}  // namespace diabolo
