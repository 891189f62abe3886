#include "lib/data/noise.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/utils.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <span>
#include <stdexcept>

#include "lib/data/in_parallel.hpp"
#include "lib/data/random.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

/// The values of one sample, channel after channel.
struct Sample {
  std::span<float> values;
  int channels, height, width;  ///< Of a row of a table 1, 1, its length.
  size_t pixels() const { return static_cast<size_t>(height) * static_cast<size_t>(width); }
};

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

std::span<const float> normal_numbers(size_t count, double sigma, uint64_t state) {
  thread_local cv::Mat drawn;
  drawn.create(1, static_cast<int>(count), CV_32F);
  cv::RNG(state).fill(drawn, cv::RNG::NORMAL, 0.0, sigma);
  return {drawn.ptr<float>(), count};
}

void add_gaussian(Sample& sample, double sigma, uint64_t state) {
  const auto noise = normal_numbers(sample.values.size(), sigma, state);
  for (size_t i = 0; i < noise.size(); ++i) sample.values[i] += noise[i];
}

void add_speckle(Sample& sample, double sigma, uint64_t state) {
  const auto noise = normal_numbers(sample.values.size(), sigma, state);
  for (size_t i = 0; i < noise.size(); ++i) sample.values[i] += sample.values[i] * noise[i];
}

void add_salt_and_pepper(Sample& sample, double share, uint64_t state) {
  Random random(state);
  for (float& value : sample.values) {
    const double drawn = random.unit();
    if (drawn < share) value = drawn < share / 2 ? 0.0F : 1.0F;
  }
}

void mask(Sample& sample, double share, uint64_t state) {
  Random random(state);
  const size_t pixels = sample.pixels();
  for (size_t pixel = 0; pixel < pixels; ++pixel) {
    if (random.unit() >= share) continue;
    for (size_t i = pixel; i < sample.values.size(); i += pixels) sample.values[i] = 0.0F;
  }
}

void add_poisson(Sample& sample, double photons, uint64_t state) {
  const torch::NoGradGuard no_grad;
  auto values = torch::from_blob(sample.values.data(), {static_cast<int64_t>(sample.values.size())},
                                 torch::kFloat32);
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(state);
  values.copy_(at::poisson(values * photons, generator) / photons);
}

void store_as_jpeg(Sample& sample, double quality) {
  std::vector<cv::Mat> planes;
  for (int c = 0; c < sample.channels; ++c) {
    float* const plane = sample.values.data() + static_cast<size_t>(c) * sample.pixels();
    planes.emplace_back(sample.height, sample.width, CV_32F, plane);
  }
  if (planes.size() == 3) std::swap(planes[0], planes[2]);  // OpenCV's order is BGR.
  cv::Mat image;
  cv::merge(planes, image);
  image.convertTo(image, CV_8U, 255.0);
  std::vector<uint8_t> bytes;
  const int whole = static_cast<int>(std::lround(quality));
  cv::imencode(".jpg", image, bytes, {cv::IMWRITE_JPEG_QUALITY, whole});
  cv::imdecode(bytes, cv::IMREAD_UNCHANGED).convertTo(image, CV_32F, 1.0 / 255.0);
  cv::split(image, planes);  // Into the sample's own memory: size and type are the same.
}

void add_part(Sample& sample, NoiseKind kind, double level, uint64_t state) {
  switch (kind) {
    case NoiseKind::kGaussian:
      return add_gaussian(sample, level, state);
    case NoiseKind::kSaltPepper:
      return add_salt_and_pepper(sample, level, state);
    case NoiseKind::kSpeckle:
      return add_speckle(sample, level, state);
    case NoiseKind::kPoisson:
      return add_poisson(sample, level, state);
    case NoiseKind::kMask:
      return mask(sample, level, state);
    case NoiseKind::kJpeg:
      return store_as_jpeg(sample, level);
  }
}

void add_parts(Sample sample, const Noise& noise, uint64_t state, bool image) {
  Random random(state);
  for (const auto& part : noise.parts) {
    const double level = part.low + (part.high - part.low) * random.unit();
    add_part(sample, part.kind, level, random.next());
    if (!image) continue;
    for (float& value : sample.values) value = std::min(1.0F, std::max(0.0F, value));
  }
}

void require_fits(const torch::Tensor& batch, const Noise& noise) {
  if (batch.dim() != 4) return require_for_tables(noise);
  for (const auto& part : noise.parts) {
    if (part.kind != NoiseKind::kJpeg || batch.size(1) == 1 || batch.size(1) == 3) continue;
    throw std::invalid_argument("noise: jpeg is for grey and RGB images; found " +
                                std::to_string(batch.size(1)) + " channels");
  }
}

}  // namespace

void add_noise(torch::Tensor batch, const Noise& noise, const std::vector<int64_t>& samples,
               uint64_t seed, uint64_t epoch) {
  if (noise.none() || samples.empty()) return;
  TORCH_CHECK(batch.is_contiguous() && batch.is_cpu() && batch.dtype() == torch::kFloat32);
  TORCH_CHECK(batch.size(0) == static_cast<int64_t>(samples.size()));
  require_fits(batch, noise);
  fill_tables_once();
  const bool image = batch.dim() == 4;
  const int64_t values = batch.numel() / batch.size(0);
  const auto size = [&](int64_t dimension) { return static_cast<int>(batch.size(dimension)); };
  float* const data = batch.data_ptr<float>();
  in_parallel(batch.size(0), /*grain=*/16, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const Sample sample{.values = {data + i * values, static_cast<size_t>(values)},
                          .channels = image ? size(1) : 1,
                          .height = image ? size(2) : 1,
                          .width = image ? size(3) : static_cast<int>(values)};
      const auto index = static_cast<uint64_t>(samples[static_cast<size_t>(i)]);
      add_parts(sample, noise, random_state(seed, Purpose::kNoise, epoch, index), image);
    }
  });
}

}  // namespace diabolo
