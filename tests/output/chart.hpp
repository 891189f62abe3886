#pragma once

#include <torch/types.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "lib/data/image_io.hpp"
#include "lib/formats/file.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {

using formats::TemporaryFolder;

/// An environment variable, as it was again at the end. No value: not set.
class Variable {
 public:
  Variable(std::string name, const std::optional<std::string>& value) : name_(std::move(name)) {
    if (const char* old = std::getenv(name_.c_str())) old_ = old;
    set(value);
  }
  ~Variable() { set(old_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const std::optional<std::string>& value) {
    if (value) ::setenv(name_.c_str(), value->c_str(), 1);
    if (!value) ::unsetenv(name_.c_str());
  }
  std::string name_;
  std::optional<std::string> old_;
};

/// uint8 [3, H, W].
inline torch::Tensor picture(const std::filesystem::path& png) {
  return read_images({png}).samples[0];
}

inline std::string bytes_of(const std::filesystem::path& path) {
  return formats::read_file(path, 100'000'000);
}

/// bool [H, W]: where a picture has this colour, to within `tolerance` of each channel.
inline torch::Tensor where(const torch::Tensor& picture, uint32_t rgb, int64_t tolerance = 0) {
  auto same = torch::ones({picture.size(1), picture.size(2)}, torch::kBool);
  for (const int64_t channel : {0, 1, 2}) {
    const auto wanted = static_cast<int64_t>(rgb >> (16 - 8 * channel) & 255);
    same = same & ((picture[channel].to(torch::kInt64) - wanted).abs() <= tolerance);
  }
  return same;
}

inline int64_t pixels_of(const torch::Tensor& picture, uint32_t rgb) {
  return where(picture, rgb).sum().item<int64_t>();
}

/// Mean column and row of a colour in the rows above `bottom`.
struct Middle {
  double x, y;
};
inline Middle middle_of(const torch::Tensor& picture, uint32_t rgb, int64_t bottom) {
  const auto found = where(picture.narrow(1, 0, bottom), rgb).nonzero().to(torch::kFloat64).mean(0);
  return {found[1].item<double>(), found[0].item<double>()};
}

/// Whether nothing is drawn in the outermost pixels, so that nothing is cut off.
inline bool has_clear_edges(const torch::Tensor& picture) {
  const auto white = where(picture, 0xFFFFFF);
  return white.narrow(0, 0, 4).all().item<bool>() && white.narrow(0, -4, 4).all().item<bool>() &&
         white.narrow(1, 0, 4).all().item<bool>() && white.narrow(1, -4, 4).all().item<bool>();
}

/// What markup, shells and gnuplot would each read otherwise.
inline const std::string kNasty =
    "a_b^2 \"c\" 'd' \\ \\n \n\t{/Symbol x} @e &{f} `touch HERE` $(touch HERE) ${HOME} # % é 日本 "
    "\xFF";

}  // namespace diabolo
