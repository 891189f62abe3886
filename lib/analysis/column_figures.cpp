#include "lib/analysis/column_figures.hpp"

#include <utility>

namespace diabolo {
namespace {

std::optional<double> r2_at(const TableFigures& figures, int64_t at) {
  if (!figures.r2.defined() || figures.counts[at].item<double>() < 2) return {};
  return figures.r2[at].item<double>();
}

}  // namespace

ColumnSums::ColumnSums(std::shared_ptr<const Table> table, torch::Tensor mean)
    : table_(std::move(table)), mean_(std::move(mean)) {
  const auto columns = static_cast<int64_t>(table_->columns.size());
  for (Errors* errors : {&model_, &pca_, &of_mean_}) {
    errors->wrong = torch::zeros({columns}, torch::kFloat64);
  }
}

void ColumnSums::add(const torch::Tensor& clean, const torch::Tensor& model,
                     const torch::Tensor& pca, const torch::Tensor& filled) {
  add_errors(model_, clean, model, filled);
  add_errors(of_mean_, clean, mean_.expand_as(clean), filled);
  with_pca_ = pca.defined();
  if (with_pca_) add_errors(pca_, clean, pca, filled);
}

void ColumnSums::add_errors(Errors& to, const torch::Tensor& clean, const torch::Tensor& rebuilt,
                            const torch::Tensor& filled) const {
  to.numbers.add(rebuilt, clean, filled);
  int64_t at = 0;
  for (size_t i = 0; i < table_->columns.size(); ++i) {
    const int64_t first = std::exchange(at, at + table_->columns[i].width());
    if (table_->columns[i].kind == ColumnKind::kNumber) continue;
    auto wrong = levels_of(*table_, clean, i).ne(levels_of(*table_, rebuilt, i));
    if (filled.defined()) wrong = wrong.logical_and(filled.select(1, first).logical_not());
    to.wrong[static_cast<int64_t>(i)] += wrong.sum();
  }
}

std::optional<double> ColumnSums::r2() const { return model_.numbers.figures().total_r2; }

std::optional<double> ColumnSums::pca_r2() const {
  return with_pca_ ? pca_.numbers.figures().total_r2 : std::nullopt;
}

/// figures  of errors.numbers
double ColumnSums::error_of(const Errors& errors, const TableFigures& figures, size_t i,
                            int64_t at) const {
  if (table_->columns[i].kind == ColumnKind::kCategory) {
    return errors.wrong[static_cast<int64_t>(i)].item<double>() / figures.counts[at].item<double>();
  }
  return figures.rmse[at].item<double>() * table_->scale[at].item<double>();
}

std::vector<ColumnFigures> ColumnSums::columns() const {
  const TableFigures of_model = model_.numbers.figures();
  const TableFigures of_mean = of_mean_.numbers.figures();
  const TableFigures of_pca = with_pca_ ? pca_.numbers.figures() : TableFigures{};
  std::vector<ColumnFigures> result;
  int64_t at = 0;
  for (size_t i = 0; i < table_->columns.size(); ++i) {
    const Column& column = table_->columns[i];
    ColumnFigures figures{.name = column.name,
                          .kind = column.kind,
                          .model = error_of(model_, of_model, i, at),
                          .pca = {},
                          .mean = error_of(of_mean_, of_mean, i, at),
                          .r2 = {},
                          .pca_r2 = {}};
    if (with_pca_) figures.pca = error_of(pca_, of_pca, i, at);
    if (column.kind == ColumnKind::kNumber) {
      figures.r2 = r2_at(of_model, at);
      if (with_pca_) figures.pca_r2 = r2_at(of_pca, at);
    }
    at += column.width();
    result.push_back(figures);
  }
  return result;
}

}  // namespace diabolo
