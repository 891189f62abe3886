#include "lib/data/patches.hpp"

#include <algorithm>
#include <stdexcept>

#include "lib/data/image_file.hpp"
#include "lib/data/random.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

std::string colour_of(const torch::Tensor& image) { return image.size(0) == 1 ? "grey" : "RGB"; }

/// uint8 [C, H, W], large enough.
torch::Tensor read_bytes(const fs::path& file, int64_t side) {
  auto pixels = read_image_file(file).pixels;
  if (pixels.size(1) < side || pixels.size(2) < side) {
    throw std::invalid_argument("'" + file.string() + "' is " + std::to_string(pixels.size(1)) +
                                " x " + std::to_string(pixels.size(2)) + " pixels, less than a " +
                                "patch of " + std::to_string(side) + " x " + std::to_string(side) +
                                "; take it out, or give a smaller --patch");
  }
  return pixels.mul_(255).round_().to(torch::kUInt8);
}

void require_colour_of(const torch::Tensor& first, const torch::Tensor& image, const fs::path& file,
                       const fs::path& first_file) {
  if (image.size(0) == first.size(0)) return;
  throw std::invalid_argument("'" + file.string() + "' is " + colour_of(image) + ", but '" +
                              first_file.string() + "' is " + colour_of(first) +
                              "; all must be grey, or all RGB");
}

struct Corner {
  int64_t row, column;
};

/// Where the patches of one file begin.
std::vector<Corner> corners(int64_t file, const torch::Tensor& image, int64_t side, int64_t each) {
  Random random(random_state(/*seed=*/0, Purpose::kPatch, 0, static_cast<uint64_t>(file)));
  const auto below = [&](int64_t size) {
    return static_cast<int64_t>(random.below(static_cast<uint64_t>(size - side + 1)));
  };
  std::vector<Corner> result(static_cast<size_t>(each));
  for (auto& corner : result) {
    corner.row = below(image.size(1));
    corner.column = below(image.size(2));
  }
  return result;
}

}  // namespace

Dataset read_patches(const std::vector<fs::path>& files, int64_t side, int64_t each, int64_t begin,
                     int64_t end) {
  end = std::min(end, std::ssize(files) * each);
  Dataset dataset;
  dataset.together = each;
  for (int64_t number = begin / each; number * each < end; ++number) {
    const fs::path& file = files[static_cast<size_t>(number)];
    const auto image = read_bytes(file, side);
    if (!dataset.samples.defined()) {
      dataset.samples = torch::empty({end - begin, image.size(0), side, side}, torch::kUInt8);
    }
    require_colour_of(dataset.samples[0], image, file, files[static_cast<size_t>(begin / each)]);
    const auto places = corners(number, image, side, each);
    for (int64_t i = std::max(begin, number * each); i < std::min(end, (number + 1) * each); ++i) {
      const auto [row, column] = places[static_cast<size_t>(i % each)];
      dataset.samples[i - begin].copy_(image.narrow(1, row, side).narrow(2, column, side));
      dataset.sample_names.push_back(file.filename().string() + ":" + std::to_string(row) + "," +
                                     std::to_string(column));
    }
  }
  return dataset;
}

}  // namespace diabolo
