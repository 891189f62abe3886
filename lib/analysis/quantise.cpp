#include "lib/analysis/quantise.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace diabolo {
namespace {

constexpr int64_t kBlock = 256;                       // Samples that are decoded together.
constexpr double kLeastShare = 1e-10;                 // Of the largest eigenvalue.
constexpr double kSteps = formats::kMostSymbols - 3;  // Between the ends of a unit.

torch::Tensor wide(const torch::Tensor& x) { return x.to(torch::kFloat64); }

/// What becomes of units at a step: symbols, and the basis that gives codes again.
struct Rounded {
  torch::Tensor symbols;  ///< [N, U] int32.
  formats::CodeBasis basis;
};

std::vector<float> floats_of(const torch::Tensor& x) {
  const auto flat = x.to(torch::kFloat32).contiguous().flatten();
  return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

Rounded rounded(const UnitAxes& axes, double step) {
  auto symbols = (axes.units / step).round().to(torch::kInt32);
  auto to_codes = axes.to_codes * step;
  if (!axes.diagonal) {
    auto used = symbols.ne(0).any(0);
    if (!used.any().item<bool>()) used[0] = true;  // A file has one unit or more.
    const auto kept = used.nonzero().flatten();
    symbols = symbols.index_select(1, kept);
    to_codes = to_codes.index_select(0, kept);
  }
  formats::CodeBasis basis{.centre = floats_of(axes.centre),
                           .basis = floats_of(axes.diagonal ? to_codes.diagonal() : to_codes.t()),
                           .diagonal = axes.diagonal};
  for (float& value : basis.basis) value = formats::as_bfloat16(value);
  return {symbols, basis};
}

std::vector<int32_t> with_labels(const torch::Tensor& symbols, const torch::Tensor& labels) {
  auto all = symbols;
  if (labels.defined()) all = torch::cat({symbols, labels.to(torch::kInt32).unsqueeze(1)}, 1);
  all = all.contiguous();
  return {all.const_data_ptr<int32_t>(), all.const_data_ptr<int32_t>() + all.numel()};
}

}  // namespace

UnitAxes plain_axes(const CodeSource& source) {
  UnitAxes axes;
  const auto codes = wide(source.codes);
  const auto centre = codes.mean(0);
  axes.centre = centre.to(torch::kFloat32);
  // A unit that the output does not see is not stored: its stretch is next to nothing.
  const auto stretch = source.metric.diagonal().clamp_min(0).sqrt();
  const double least =
      std::max(std::numeric_limits<double>::min(), kLeastShare * stretch.max().item<double>());
  const auto safe = stretch.clamp_min(least);
  axes.units = (codes - wide(axes.centre)) * safe;
  axes.to_codes = safe.reciprocal().diag();
  axes.diagonal = true;
  return axes;
}

UnitAxes main_axes(const CodeSource& source) {
  UnitAxes axes;
  const auto codes = wide(source.codes);
  axes.centre = codes.mean(0).to(torch::kFloat32);
  const auto around = codes - wide(axes.centre);
  // The root of the metric makes errors of the code errors of the output.
  const auto [values, vectors] = at::linalg_eigh(source.metric);
  const double least =
      std::max(std::numeric_limits<double>::min(), kLeastShare * values[-1].item<double>());
  const auto roots = values.clamp_min(least).sqrt();
  const auto seen = around.mm(vectors * roots);
  auto turn = std::get<1>(at::linalg_eigh(seen.t().mm(seen))).flip(1);
  axes.units = seen.mm(turn);
  axes.to_codes = turn.t().mm((vectors / roots).t());
  return axes;
}

double least_step(const UnitAxes& axes) {
  const auto [low, high] = std::pair{axes.units.amin(0), axes.units.amax(0)};
  const double widest = (high - low).max().item<double>();
  return std::max(widest / kSteps, std::numeric_limits<double>::min());
}

double greatest_step(const UnitAxes& axes) {
  return std::max(4 * axes.units.abs().max().item<double>(), least_step(axes));
}

torch::Tensor codes_of(const formats::CodeBasis& basis, const torch::Tensor& symbols) {
  const auto size = static_cast<int64_t>(basis.centre.size());
  const auto centre = torch::tensor(basis.centre);
  const auto entries = torch::tensor(basis.basis);
  const auto numbers = symbols.to(torch::kFloat32);
  if (basis.diagonal) return numbers * entries + centre;
  return numbers.mm(entries.view({size, -1}).t()) + centre;
}

double quantised_mse(const CodeSource& source, const UnitAxes& axes, double step) {
  const Rounded found = rounded(axes, step);
  return source.mse(codes_of(found.basis, found.symbols));
}

Quantised quantised(const CodeSource& source, const UnitAxes& axes, double step) {
  const Rounded found = rounded(axes, step);
  Quantised result;
  formats::CodeFile& file = result.file;
  file.model = source.model;
  file.samples = source.codes.size(0);
  file.basis = found.basis;
  file.labelled = source.labels.defined();
  const int64_t columns = found.symbols.size(1) + (file.labelled ? 1 : 0);
  const auto room = static_cast<int64_t>(formats::kMostBlockSymbols) / columns;
  file.block_size = std::clamp<int64_t>(room, 1, kBlock);
  formats::set_symbols(file, with_labels(found.symbols, source.labels),
                       static_cast<size_t>(columns));
  result.bytes = static_cast<int64_t>(formats::code_file_bytes(file).size());
  result.mse = source.mse(codes_of(found.basis, found.symbols));
  return result;
}

}  // namespace diabolo
