#include "lib/analysis/compress.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/analysis/code_quality.hpp"
#include "lib/analysis/evaluate.hpp"
#include "lib/training/decoder_metric.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

constexpr int64_t kCodesAtOnce = 1000;
constexpr int64_t kMeasured = 200;    // Codes at which the decoder's metric is taken.
constexpr double kDifference = 0.05;  // In standard deviations: about what rounding does.
constexpr int kHalvings = 14;
constexpr double kMostLabels = formats::kMostSymbols;

/// Mean over the values of `dataset` of the squared error of what `decode` makes of codes.
template <typename Decode>
double mse_of(const Dataset& dataset, const torch::Tensor& codes, Decode decode) {
  const torch::NoGradGuard no_grad;
  double sum = 0, count = 0;
  for (int64_t begin = 0; begin < codes.size(0); begin += kCodesAtOnce) {
    const int64_t size = std::min(kCodesAtOnce, codes.size(0) - begin);
    const torch::Tensor rebuilt = decode(codes.narrow(0, begin, size));
    const auto clean = to_unit(dataset.samples.narrow(0, begin, size));
    torch::Tensor squared = (rebuilt.view_as(clean) - clean).square();
    count += static_cast<double>(squared.numel());
    if (dataset.filled.defined()) {
      const auto filled = dataset.filled.narrow(0, begin, size);
      squared = squared.masked_fill(filled, 0);
      count -= static_cast<double>(filled.sum().item<int64_t>());
    }
    sum += squared.sum(torch::kFloat64).item<double>();
  }
  return sum / std::max(count, 1.0);
}

torch::Tensor decoded(const TrainedModel& model, const torch::Tensor& codes) {
  std::vector<int64_t> shape = model.network->options().code_shape();
  shape.insert(shape.begin(), codes.size(0));
  Autoencoder network = model.network;
  auto samples = network->decode(codes.view(shape)).contiguous(torch::MemoryFormat::Contiguous);
  const bool bounded = !model.table && network->options().output == Output::kLinear;
  return bounded ? samples.clamp(0, 1) : samples;
}

void require_few_labels(const torch::Tensor& labels) {
  const auto apart = (labels.max() - labels.min()).item<int64_t>();
  if (static_cast<double>(apart) < kMostLabels &&
      labels.abs().max().item<int64_t>() < 1'000'000'000)
    return;
  throw std::invalid_argument("--labels: these labels are numbers too far apart to be kept along");
}

/// The coarsest step (fine: the finest) that `holds`, between two of which it holds at the lower
/// one alone (fine: at the upper one alone).
template <typename Holds>
double border(double low, double high, bool fine, Holds holds) {
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = std::sqrt(low * high);
    (holds(middle) != fine ? low : high) = middle;
  }
  return fine ? high : low;
}

std::optional<Quantised> to_error(const CodeSource& source, const UnitAxes& axes, double most) {
  const auto holds = [&](double step) { return quantised_mse(source, axes, step) <= most; };
  const double low = least_step(axes), high = greatest_step(axes);
  if (!holds(low)) return {};
  return quantised(source, axes, holds(high) ? high : border(low, high, false, holds));
}

std::optional<Quantised> to_bits(const CodeSource& source, const UnitAxes& axes, double bits) {
  const double most = bits * static_cast<double>(source.codes.size(0)) / 8;
  const auto holds = [&](double step) {
    return static_cast<double>(quantised(source, axes, step).bytes) <= most;
  };
  const double low = least_step(axes), high = greatest_step(axes);
  if (!holds(high)) return {};
  return quantised(source, axes, holds(low) ? low : border(low, high, true, holds));
}

/// Of two ways to store the same, the one that `better` says is.
template <typename Better>
std::optional<Quantised> best(const std::optional<Quantised>& a, const std::optional<Quantised>& b,
                              Better better) {
  if (!a || !b) return a ? a : b;
  return better(*a, *b) ? a : b;
}

}  // namespace

CodeSource network_source(const TrainedModel& model, const Dataset& dataset, bool labels) {
  const torch::NoGradGuard no_grad;
  require_same_shape(model, dataset);
  if (dataset.size() == 0) throw std::invalid_argument("'" + dataset.name + "' holds no samples");
  const int64_t size = values_in(model.network->options().code_shape());
  if (size > kMostCompressed) {
    throw std::invalid_argument(
        "codes of " + std::to_string(size) +
        " numbers are too long to compress: " + std::to_string(kMostCompressed) + " at most");
  }
  CodeSource source;
  source.model = model.sha256;
  source.codes = codes_of(model, dataset.samples);
  source.metric = decoder_metric(
      model.network, source.codes.narrow(0, 0, std::min(kMeasured, source.codes.size(0))),
      kDifference);
  if (labels) {
    require_few_labels(dataset.labels);
    source.labels = dataset.labels;
  }
  source.mse = [&model, &dataset](const torch::Tensor& codes) {
    return mse_of(dataset, codes, [&](const auto& some) { return decoded(model, some); });
  };
  return source;
}

CodeSource pca_source(const Pca& pca, const TrainedModel& model, const Dataset& dataset) {
  CodeSource source;
  source.model = std::string(64, '0');
  std::vector<torch::Tensor> codes;
  for (const auto& some : dataset.samples.split(kCodesAtOnce))
    codes.push_back(pca.encode(to_unit(some)));
  source.codes = torch::cat(codes);
  source.metric = torch::eye(pca.size(), torch::kFloat64);
  const bool images = model.table == nullptr;
  source.mse = [pca, images, &dataset](const torch::Tensor& numbers) {
    return mse_of(dataset, numbers, [&](const auto& some) {
      const auto rebuilt = some.mm(pca.components).add(pca.mean);
      return images ? rebuilt.clamp(0, 1) : rebuilt;
    });
  };
  return source;
}

std::optional<Quantised> compress_to_error(const CodeSource& source, double most_mse) {
  const UnitAxes plain = plain_axes(source);
  const auto turned = to_error(source, main_axes(source), most_mse);
  return best(turned, to_error(source, plain, most_mse),
              [](const auto& a, const auto& b) { return a.bytes <= b.bytes; });
}

std::optional<Quantised> compress_to_bits(const CodeSource& source, double bits) {
  const auto turned = to_bits(source, main_axes(source), bits);
  return best(turned, to_bits(source, plain_axes(source), bits),
              [](const auto& a, const auto& b) { return a.mse <= b.mse; });
}

void decompress(const TrainedModel& model, const formats::CodeFile& file, const std::string& name,
                int64_t first, int64_t count, const OnDecoded& on_decoded) {
  const torch::NoGradGuard no_grad;
  if (file.model != model.sha256) {
    throw std::invalid_argument("'" + name + "' was made with another model, whose sha256 is " +
                                file.model + "; this one's is " + model.sha256);
  }
  if (first < 0 || count < 1 || first + count > file.samples) {
    throw std::invalid_argument("'" + name + "' holds the samples 0 to " +
                                std::to_string(file.samples - 1));
  }
  const int64_t size = values_in(model.network->options().code_shape());
  if (static_cast<int64_t>(file.basis.centre.size()) != size) {
    throw std::runtime_error("'" + name + "' is damaged: its codes have another length");
  }
  const auto units = static_cast<int64_t>(file.units());
  const int64_t end = first + count;
  for (int64_t block = first / file.block_size; block * file.block_size < end; ++block) {
    const auto number = static_cast<size_t>(block);
    const int64_t begin = block * file.block_size, samples = file.samples_of(number);
    const int64_t from = std::max(first - begin, int64_t{0});
    const int64_t to = std::min(end - begin, samples);
    const auto all = torch::tensor(file.symbols(number, name), torch::kInt32).view({samples, -1});
    const auto wanted = all.narrow(0, from, to - from);
    const auto rebuilt = decoded(model, codes_of(file.basis, wanted.narrow(1, 0, units)));
    on_decoded(rebuilt,
               file.labelled ? wanted.select(1, units).to(torch::kInt64) : torch::Tensor());
  }
}

}  // namespace diabolo
