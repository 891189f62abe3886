#include "lib/training/sparsity.hpp"

#include <torch/utils.h>

#include <cmath>
#include <stdexcept>

#include "models/field.hpp"

namespace diabolo {
namespace {

constexpr double kNearest = 1e-6;  // Of how active a unit is, to 0 and 1.

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw std::invalid_argument("'" + std::string(text) + "': " + why +
                              "; give none, l1:1e-4, kl:0.05, or kl:0.05:1e-3 with a weight");
}

double number_of(std::string_view word, std::string_view text, const char* what) {
  double value = 0;
  try {
    from_text(word, value);
  } catch (const std::invalid_argument& error) {
    refuse(text, std::string(what) + ": " + error.what());
  }
  return value;
}

void check(const Sparsity& sparsity, std::string_view text) {
  if (!(sparsity.weight >= 0 && std::isfinite(sparsity.weight))) {
    refuse(text, "a weight is 0 or more, found " + to_text(sparsity.weight));
  }
  const bool share = sparsity.target > 0 && sparsity.target < 1;
  if (sparsity.kind == SparsityKind::kKl && !share) {
    refuse(text, "the target of kl lies between 0 and 1, found " + to_text(sparsity.target));
  }
}

}  // namespace

std::string to_text(const Sparsity& sparsity) {
  switch (sparsity.kind) {
    case SparsityKind::kNone:
      return "none";
    case SparsityKind::kL1:
      return "l1:" + to_text(sparsity.weight);
    case SparsityKind::kKl:
      return "kl:" + to_text(sparsity.target) +
             (sparsity.weight == kKlWeight ? "" : ":" + to_text(sparsity.weight));
  }
  throw std::logic_error("a kind of sparsity without a name");
}

void from_text(std::string_view text, Sparsity& sparsity) {
  Sparsity result;
  const size_t colon = text.find(':');
  const std::string_view kind = text.substr(0, colon);
  if (text == "none") {
    sparsity = result;
    return;
  }
  if (kind != "l1" && kind != "kl") {
    throw std::invalid_argument(unknown_word("sparsity", kind, {"none", "l1", "kl"}));
  }
  if (colon == std::string_view::npos) refuse(text, "write a number behind it");
  const std::string_view rest = text.substr(colon + 1);
  if (kind == "l1") {
    result = {.kind = SparsityKind::kL1, .target = 0, .weight = number_of(rest, text, "weight")};
  } else {
    const size_t second = rest.find(':');
    result = {.kind = SparsityKind::kKl,
              .target = number_of(rest.substr(0, second), text, "target"),
              .weight = kKlWeight};
    if (second != std::string_view::npos) {
      result.weight = number_of(rest.substr(second + 1), text, "weight");
    }
  }
  check(result, text);
  sparsity = result;
}

torch::Tensor sparsity_penalty(const Sparsity& sparsity, const torch::Tensor& codes) {
  const auto z = codes.flatten(1).to(torch::kFloat32);
  if (sparsity.kind == SparsityKind::kL1) return z.abs().sum(1).mean() * sparsity.weight;
  const auto active = z.sigmoid().mean(0).clamp(kNearest, 1 - kNearest);
  const double t = sparsity.target;
  const auto divergence = t * (t / active).log() + (1 - t) * ((1 - t) / (1 - active)).log();
  return divergence.sum() * sparsity.weight;
}

}  // namespace diabolo
