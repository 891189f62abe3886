#include "lib/analysis/table_metrics.hpp"

#include <torch/utils.h>

#include <stdexcept>
#include <string>

#include "models/shape.hpp"

namespace diabolo {
namespace {

void require_tables(const torch::Tensor& rebuilt, const torch::Tensor& clean) {
  if (clean.dim() == 2 && clean.numel() > 0 && rebuilt.sizes() == clean.sizes()) return;
  throw std::invalid_argument("the rebuilt table has the shape " +
                              shape_text(rebuilt.sizes().vec()) + ", the clean one " +
                              shape_text(clean.sizes().vec()) +
                              "; needed are equal ones of a row or more and a column or more");
}

torch::Tensor ratios(const torch::Tensor& squared, const torch::Tensor& spread) {
  const auto constant = at::where(squared == 0, 1.0, 0.0).to(torch::kFloat64);
  return at::where(spread > 0, 1 - squared / spread, constant);
}

double weighted(const torch::Tensor& ratios, const torch::Tensor& spread) {
  const double total = spread.sum().item<double>();
  if (total <= 0) return ratios.mean().item<double>();
  return (ratios * spread).sum().item<double>() / total;
}

TableFigures of_two_rows_or_more(const torch::Tensor& rebuilt, const torch::Tensor& clean) {
  TableFigureSum sum;
  sum.add(rebuilt, clean);
  if (clean.size(0) > 1) return sum.figures();
  throw std::invalid_argument("R2 of a single row is not defined: needed are 2 rows or more");
}

}  // namespace

void TableFigureSum::add(const torch::Tensor& rebuilt, const torch::Tensor& clean,
                         const torch::Tensor& filled) {
  const torch::NoGradGuard no_grad;
  require_tables(rebuilt, clean);
  const auto table = clean.to(torch::kCPU, torch::kFloat64);
  const auto there =
      filled.defined() ? filled.logical_not().to(torch::kFloat64) : torch::ones_like(table);
  const auto errors = (rebuilt.to(torch::kCPU, torch::kFloat64) - table) * there;
  if (rows_ == 0) {
    first_ = table[0].clone();
    counts_ = mean_ = spread_ = squared_ = torch::zeros_like(first_);
  }
  if (first_.size(0) != table.size(1)) {
    throw std::invalid_argument("rows of " + std::to_string(table.size(1)) +
                                " columns after rows of " + std::to_string(first_.size(0)));
  }
  const auto beyond = table - first_;
  const auto here = there.sum(0);
  const auto before = counts_;
  rows_ += table.size(0);
  counts_ = before + here;
  const auto mean = (beyond * there).sum(0) / here.clamp_min(1);
  const auto share = here / counts_.clamp_min(1);
  const auto step = mean - mean_;
  mean_ = mean_ + step * share;
  spread_ = spread_ + ((beyond - mean) * there).square().sum(0) + step.square() * before * share;
  squared_ = squared_ + errors.square().sum(0);
}

TableFigures TableFigureSum::figures() const {
  if (rows_ == 0) throw std::invalid_argument("figures of a table need a row or more");
  TableFigures result{.rows = rows_,
                      .counts = counts_,
                      .mse = squared_ / counts_,
                      .rmse = {},
                      .r2 = {},
                      .total_r2 = {}};
  result.rmse = result.mse.sqrt();
  if (rows_ < 2) return result;
  result.r2 = ratios(squared_, spread_);
  result.total_r2 = weighted(result.r2, spread_);
  return result;
}

torch::Tensor column_r2(const torch::Tensor& rebuilt, const torch::Tensor& clean) {
  return of_two_rows_or_more(rebuilt, clean).r2;
}

double r2(const torch::Tensor& rebuilt, const torch::Tensor& clean) {
  return of_two_rows_or_more(rebuilt, clean).total_r2.value();
}

}  // namespace diabolo
