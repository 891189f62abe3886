#include "lib/training/code_units.hpp"

#include <algorithm>

namespace diabolo {
namespace {

constexpr double kLeastSpread = 1e-4;  // Of the widest unit's.
constexpr double kNoSpread = 1e-6;     // Of any.
constexpr double kSame = 0.999;

/// [n, units]: of a map each position is a row, as many as are needed to judge.
torch::Tensor unit_rows(const torch::Tensor& codes) {
  constexpr int64_t kEnough = 65536;
  if (codes.dim() != 4) return codes;
  const auto rows = codes.permute({0, 2, 3, 1}).reshape({-1, codes.size(1)});
  return rows.narrow(0, 0, std::min(kEnough, rows.size(0)));
}

/// The least deviation of a unit that is not constant, where these are all units' [K].
double least_spread(const torch::Tensor& spread) {
  return std::max(kNoSpread, kLeastSpread * spread.max().item<double>());
}

}  // namespace

torch::Tensor constant_units(const torch::Tensor& codes) {
  const auto spread = codes.to(torch::kFloat64).var(0, /*unbiased=*/false).sqrt();
  return spread <= least_spread(spread);
}

CodeUnits count_code_units(const torch::Tensor& codes) {
  const auto rows = unit_rows(codes).to(torch::kFloat64);
  const auto centred = rows - rows.mean(0, /*keepdim=*/true);
  const auto spread = centred.square().mean(0).sqrt();
  CodeUnits result{.units = rows.size(1), .constant = 0, .duplicate = 0};
  const double least = least_spread(spread);
  const auto alive = spread > least;
  result.constant = result.units - alive.sum().item<int64_t>();
  const auto index = alive.nonzero().squeeze(1);
  // With two rows or fewer any two units lie on one line.
  if (index.size(0) < 2 || rows.size(0) <= 2) return result;
  const auto unit = (centred / spread.clamp_min(least)).index_select(1, index);
  const auto correlation = unit.t().mm(unit).div_(static_cast<double>(rows.size(0)));
  const auto twins = correlation.abs_().tril(-1) > kSame;
  result.duplicate = twins.any(1).sum().item<int64_t>();
  return result;
}

std::string to_sentence(const CodeUnits& units) {
  std::string text;
  if (units.constant > 0) {
    text = std::to_string(units.constant) + " of " + std::to_string(units.units) + " code units " +
           (units.constant == 1 ? "is" : "are") + " constant";
  }
  if (units.duplicate > 0) {
    text += (text.empty() ? std::to_string(units.duplicate) + " of " + std::to_string(units.units) +
                                " code units "
                          : ", " + std::to_string(units.duplicate) + " ") +
            (units.duplicate == 1 ? "repeats another" : "repeat others");
  }
  return text;
}

}  // namespace diabolo
