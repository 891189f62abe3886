#include "lib/output/projector.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "lib/analysis/code_quality.hpp"
#include "lib/data/image_io.hpp"
#include "lib/formats/file.hpp"
#include "lib/formats/utf8.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMostNumbers = 2'000'000;
constexpr int64_t kAxes = 3;
constexpr int64_t kLargestCell = 64;  // Of 5,000 images a sheet of 4544 pixels; 8192 can be shown.

/// `most` samples of both parts, each by its share; all when there are fewer.
Dataset drawn(const Split& split, int64_t most) {
  const int64_t all = split.train.size_with_stored() + split.validation.size();
  const int64_t kept = std::min(most, all);
  const int64_t validation = split.validation.size() * kept / all;
  return joined_samples(drawn_samples(split.train, kept - validation),
                        drawn_samples(split.validation, validation));
}

void add_number(std::string& text, float number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

/// Codes of two numbers in space, since the projector draws none in the plane.
torch::Tensor in_space(const torch::Tensor& codes) {
  const int64_t missing = kAxes - codes.size(1);
  return missing > 0 ? torch::cat({codes, torch::zeros({codes.size(0), missing})}, 1) : codes;
}

/// codes  [N, K] float32; a line each, tabs between
std::string codes_text(const torch::Tensor& codes) {
  std::string text;
  const auto rows = codes.contiguous();
  const float* number = rows.const_data_ptr<float>();
  for (int64_t row = 0; row < rows.size(0); ++row) {
    for (int64_t column = 0; column < rows.size(1); ++column) {
      if (column > 0) text += '\t';
      add_number(text, *number++);
    }
    text += '\n';
  }
  return text;
}

/// A text that fits in a cell: never blank, no tab, no end of line.
std::string cell(const std::string& given, const std::string& when_blank = "(none)") {
  std::string text = formats::as_utf8(given);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text.find_first_not_of(' ') == std::string::npos ? when_blank : text;
}

/// A header where there are two columns; a single one must have none.
std::string labels_text(const Dataset& samples) {
  const bool labelled = samples.labels.defined();
  const bool named = !samples.sample_names.empty();
  std::string text;
  if (labelled && named) {
    text = cell(samples.label_name, "label") + "\t" + cell(samples.id_name, "name") + "\n";
  }
  for (int64_t i = 0; i < samples.size(); ++i) {
    if (labelled) text += cell(samples.label_word(samples.labels[i].item<int64_t>()));
    if (labelled && named) text += '\t';
    if (named) text += cell(samples.sample_names[static_cast<size_t>(i)]);
    text += '\n';
  }
  return labelled || named ? text : "";
}

/// image [C, H, W] uint8, shrunk to fit a square cell: [C, h, w].
torch::Tensor fitted(const torch::Tensor& image, int64_t side) {
  const int64_t longest = std::max(image.size(1), image.size(2));
  if (longest <= side) return image;
  const auto scaled = [&](int64_t length) {
    return static_cast<int>(std::max<int64_t>(1, length * side / longest));
  };
  const auto pixels = image.permute({1, 2, 0}).contiguous();
  const int type = CV_8UC(static_cast<int>(image.size(0)));
  const cv::Mat large(static_cast<int>(image.size(1)), static_cast<int>(image.size(2)), type,
                      pixels.data_ptr<uint8_t>());
  auto result =
      torch::empty({scaled(image.size(1)), scaled(image.size(2)), image.size(0)}, torch::kUInt8);
  cv::Mat small(static_cast<int>(result.size(0)), static_cast<int>(result.size(1)), type,
                result.data_ptr<uint8_t>());
  cv::resize(large, small, small.size(), 0, 0, cv::INTER_AREA);
  return result.permute({2, 0, 1});
}

/// As many rows as columns of square cells, each with an image in its middle.
/// images [N, C, H, W] uint8
torch::Tensor sheet(const torch::Tensor& images, int64_t side) {
  const auto columns =
      static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(images.size(0)))));
  auto all = torch::zeros({images.size(1), columns * side, columns * side}, torch::kUInt8);
  for (int64_t i = 0; i < images.size(0); ++i) {
    const auto image = fitted(images[i], side);
    const int64_t top = i / columns * side + (side - image.size(1)) / 2;
    const int64_t left = i % columns * side + (side - image.size(2)) / 2;
    all.narrow(1, top, image.size(1)).narrow(2, left, image.size(2)).copy_(image);
  }
  return all;
}

std::string number_line(const char* name, int64_t number) {
  return "  " + std::string(name) + ": " + std::to_string(number) + "\n";
}

}  // namespace

void write_projector(const TrainedModel& model, const Split& split, const RunFolder& folder) {
  const int64_t length = codes_of(model, split.train.head(1).samples).size(1);
  const Dataset samples =
      drawn(split, std::clamp<int64_t>(kMostNumbers / length, 1, kProjectedSamples));
  const auto codes = in_space(codes_of(model, samples.samples));
  fs::create_directories(folder.projected("codes.tsv").parent_path());
  formats::write_file_atomically(folder.projected("codes.tsv"), codes_text(codes));
  std::string config = "embeddings {\n  tensor_name: \"codes\"\n";
  config +=
      number_line("tensor_shape", samples.size()) + number_line("tensor_shape", codes.size(1));
  config += "  tensor_path: \"projector/codes.tsv\"\n";
  if (const std::string labels = labels_text(samples); !labels.empty()) {
    formats::write_file_atomically(folder.projected("labels.tsv"), labels);
    config += "  metadata_path: \"projector/labels.tsv\"\n";
  }
  if (!samples.table) {
    const int64_t side =
        std::min(kLargestCell, std::max(samples.samples.size(2), samples.samples.size(3)));
    write_png(folder.projected("sprite.png"), sheet(samples.samples, side));
    config += "  sprite {\n    image_path: \"projector/sprite.png\"\n";
    for (int i = 0; i < 2; ++i) config += "  " + number_line("single_image_dim", side);
    config += "  }\n";
  }
  // Last, so that it names no file that is not there yet.
  formats::write_file_atomically(folder.projector_config(), config + "}\n");
}

}  // namespace diabolo
