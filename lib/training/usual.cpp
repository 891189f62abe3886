#include "lib/training/usual.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <stdexcept>

namespace diabolo {
namespace {

constexpr const char* kModel = "usual.model.";
constexpr const char* kPca = "usual.pca.";

void add_codes(NamedTensors& to, const std::string& prefix, const UsualCodes& codes) {
  to[prefix + "low"] = codes.low;
  to[prefix + "high"] = codes.high;
  if (codes.error.defined()) to[prefix + "error"] = codes.error;
  to[prefix + "scores"] = codes.scores;
}

/// A row of `size` finite numbers.
bool is_row(const torch::Tensor& tensor, int64_t size) {
  return tensor.defined() && tensor.dim() == 1 && tensor.size(0) == size &&
         tensor.isfinite().all().item<bool>();
}

bool fits(const UsualCodes& codes, int64_t code, int64_t values) {
  if (!is_row(codes.low, code) || !is_row(codes.high, code)) return false;
  if ((codes.low > codes.high).any().item<bool>()) return false;
  const bool errors = !codes.error.defined() ||
                      (is_row(codes.error, values) && (codes.error > 0).all().item<bool>());
  if (!errors || !codes.scores.defined() || codes.scores.dim() != 1) return false;
  const int64_t count = codes.scores.size(0);
  return count > 0 && is_row(codes.scores, count) &&
         (codes.scores.diff() >= 0).all().item<bool>() && codes.scores[0].item<double>() >= 0;
}

UsualCodes read_codes(const NamedTensors& tensors, const std::string& prefix) {
  NamedTensors named = with_prefix(tensors, prefix);
  return {.low = named["low"],
          .high = named["high"],
          .error = named["error"],
          .scores = named["scores"]};
}

}  // namespace

torch::Tensor quantile_of(const torch::Tensor& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size(0) - 1);
  const auto below = static_cast<int64_t>(at);
  const int64_t above = std::min(below + 1, sorted.size(0) - 1);
  const auto low = sorted[below].to(torch::kFloat64);
  return low + (at - static_cast<double>(below)) * (sorted[above].to(torch::kFloat64) - low);
}

void add_tensors(NamedTensors& to, const Usual& usual) {
  add_codes(to, kModel, usual.model);
  if (usual.pca) add_codes(to, kPca, *usual.pca);
}

Usual read_usual(const Usual& fields, const NamedTensors& tensors, int64_t code, int64_t values,
                 const std::string& file) {
  Usual usual = fields;
  usual.model = read_codes(tensors, kModel);
  bool good = usual.samples > 0 && fits(usual.model, code, values);
  const auto components = tensors.find("pca.components");
  if (components != tensors.end()) {
    usual.pca = read_codes(tensors, kPca);
    good = good && fits(*usual.pca, components->second.size(0), values);
  }
  if (!good) throw std::runtime_error(file + ": what it says is usual does not fit its network");
  return usual;
}

}  // namespace diabolo
