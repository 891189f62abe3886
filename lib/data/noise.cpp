#include "lib/data/noise.hpp"

#include <ATen/Parallel.h>

#include <opencv2/core.hpp>

#include "lib/data/random.hpp"

namespace diabolo {
namespace {

/// OpenCV fills its tables for normal numbers on first use, without a lock.
void fill_tables_once() {
  static const bool filled = [] {
    cv::RNG(1).gaussian(1.0);
    cv::Mat one(1, 1, CV_32F);
    cv::RNG(1).fill(one, cv::RNG::NORMAL, 0.0, 1.0);
    return true;
  }();
  static_cast<void>(filled);
}

/// Where the dash of LOW-HIGH is; not the one of 5e-04.
size_t range_dash(std::string_view level) {
  size_t dash = level.find('-', 1);
  while (dash != std::string_view::npos && level[dash - 1] == 'e') dash = level.find('-', dash + 1);
  return dash;
}

void add_gaussian(float* values, int count, double sigma, uint64_t state, bool clip) {
  cv::Mat row(1, count, CV_32F, values);
  thread_local cv::Mat drawn;
  drawn.create(1, count, CV_32F);
  cv::RNG(state).fill(drawn, cv::RNG::NORMAL, 0.0, sigma);
  const float* noise = drawn.ptr<float>();
  for (int i = 0; i < count; ++i) values[i] += noise[i];
  if (!clip) return;
  for (int i = 0; i < count; ++i) values[i] = std::min(1.0F, std::max(0.0F, values[i]));
}

}  // namespace

std::string to_text(const Noise& noise) {
  std::string text = to_text(noise.kind);
  if (noise.none()) return text;
  text += ":" + to_text(noise.low);
  return noise.low == noise.high ? text : text + "-" + to_text(noise.high);
}

void from_text(std::string_view text, Noise& noise) {
  const size_t colon = text.find(':');
  const std::string_view word = text.substr(0, colon);
  Noise result;
  try {
    from_text(word, result.kind);
  } catch (const std::invalid_argument&) {
    const std::string guess = nearest(word, enum_words<NoiseKind>());
    throw std::invalid_argument("unknown noise '" + std::string(text) + "'" +
                                (guess.empty() ? "" : "; did you mean '" + guess + "'?") +
                                " (none, gaussian:SIGMA, gaussian:LOW-HIGH)");
  }
  const bool has_level = colon != std::string_view::npos;
  if (result.none() == has_level) {
    throw std::invalid_argument("'" + std::string(text) + "': write " +
                                (has_level ? "none alone" : "the level too, as gaussian:0.3"));
  }
  if (has_level) {
    const std::string_view level = text.substr(colon + 1);
    const size_t dash = range_dash(level);
    from_text(level.substr(0, dash), result.low);
    result.high = result.low;
    if (dash != std::string_view::npos) from_text(level.substr(dash + 1), result.high);
    if (result.low < 0 || result.high < result.low) {
      throw std::invalid_argument("'" + std::string(text) +
                                  "': levels are 0 or more, the lower one first");
    }
  }
  noise = result;
}

void add_noise(torch::Tensor batch, const Noise& noise, const std::vector<int64_t>& samples,
               uint64_t seed, uint64_t epoch) {
  if (noise.none() || samples.empty()) return;
  TORCH_CHECK(batch.is_contiguous() && batch.is_cpu() && batch.dtype() == torch::kFloat32);
  TORCH_CHECK(batch.size(0) == static_cast<int64_t>(samples.size()));
  fill_tables_once();
  const int64_t values = batch.numel() / batch.size(0);
  float* const data = batch.data_ptr<float>();
  at::parallel_for(0, batch.size(0), /*grain_size=*/16, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto index = static_cast<uint64_t>(samples[static_cast<size_t>(i)]);
      Random random(random_state(seed, Purpose::kNoise, epoch, index));
      const double sigma = noise.low + (noise.high - noise.low) * random.unit();
      add_gaussian(data + i * values, static_cast<int>(values), sigma, random.next(),
                   /*clip=*/batch.dim() > 2);
    }
  });
}

}  // namespace diabolo
