#include "app/evaluation_report.hpp"

#include <cmath>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/terminal.hpp"
#include "lib/analysis/verdict.hpp"

namespace diabolo::app {
namespace {

using nlohmann::ordered_json;

constexpr int kNameWidth = 20;

void set(ordered_json& object, const char* name, const std::optional<double>& number) {
  if (number) object[name] = *number;
}

ordered_json figures_json(const Figures& figures) {
  ordered_json object = {{"mse", figures.mse}, {"squared_error", figures.squared_error}};
  set(object, "psnr", figures.psnr);
  set(object, "ssim", figures.ssim);
  set(object, "bce", figures.bce);
  set(object, "bce_floor", figures.bce_floor);
  set(object, "r2", figures.r2);
  return object;
}

void set_codes(ordered_json& object, const CodeFigures& figures) {
  set(object, "knn_accuracy", figures.knn_accuracy);
  set(object, "probe_accuracy", figures.probe_accuracy);
  set(object, "trustworthiness", figures.trustworthiness);
}

ordered_json column_json(const ColumnFigures& column) {
  ordered_json object = {{"name", column.name},
                         {"kind", to_text(column.kind)},
                         {"model", column.model},
                         {"mean", column.mean}};
  set(object, "pca", column.pca);
  set(object, "r2", column.r2);
  set(object, "pca_r2", column.pca_r2);
  return object;
}

std::string number(const std::optional<double>& value, int decimals) {
  return value ? fixed(*value, decimals) : "-";
}

/// A line of cells below their heads, the first to the left.
std::string line(const std::string& name, const std::vector<std::pair<std::string, int>>& cells) {
  std::ostringstream text;
  text << "  " << std::left << std::setw(kNameWidth) << name << std::right;
  for (const auto& [cell, width] : cells) text << std::setw(width) << cell;
  text << "\n";
  return text.str();
}

std::string image_row(const std::string& name, const Figures& figures) {
  return line(name, {{fixed(figures.mse, 5), 9},
                     {fixed(figures.squared_error, 2), 12},
                     {number(figures.psnr, 2), 9},
                     {number(figures.ssim, 3), 8},
                     {number(figures.bce, 4), 9}});
}

std::string table_row(const std::string& name, const Figures& figures) {
  return line(name, {{fixed(figures.mse, 5), 9},
                     {fixed(figures.squared_error, 3), 12},
                     {number(figures.r2, 4), 9}});
}

std::string errors_text(const Evaluation& errors) {
  const bool table = !errors.columns.empty();
  const auto row = table ? table_row : image_row;
  std::string text =
      table ? line("scaled values", {{"MSE", 9}, {"sq. error", 12}, {"R2", 9}})
            : line("", {{"MSE", 9}, {"sq. error", 12}, {"PSNR", 9}, {"SSIM", 8}, {"BCE", 9}});
  if (errors.input) text += row("noisy input", *errors.input);
  text += row("this model", errors.model);
  text += errors.pca ? row("PCA, same code size", *errors.pca)
                     : "  (PCA would be exact: the code is no smaller than a sample)\n";
  text += row(table ? "mean of these rows" : "mean sample", errors.mean);
  if (errors.filled > 0) {
    text += with_commas(errors.filled) +
            (errors.filled == 1 ? " empty cell counts" : " empty cells count") +
            " in no error: means stand in, and nobody knows what is right.\n";
  }
  if (errors.pca_share) {
    text += "PCA explains " + fixed(100 * *errors.pca_share, 1) +
            " % of the variance of the training samples.\n";
  }
  if (errors.elbo) {
    text += "negative ELBO: " + fixed(errors.elbo->total(), 2) + " nats a sample, " +
            fixed(errors.elbo->reconstruction, 2) + " to rebuild it from a drawn code and " +
            fixed(errors.elbo->divergence, 2) + " for the code\n";
  }
  if (errors.model.bce_floor) {
    text += "BCE of a perfect reconstruction: " + fixed(*errors.model.bce_floor, 4) + "\n";
  }
  return text;
}

std::string cell(const std::optional<double>& value) {
  return " " + (value && !std::isnan(*value) ? significant(*value) : "-");
}

std::string columns_text(const std::vector<ColumnFigures>& columns) {
  std::string text =
      "\nerror per column in its own units (RMSE; of a category the share of wrong words)\n" +
      line("", {{"model", 11}, {"PCA", 11}, {"mean", 11}, {"R2", 9}, {"PCA's R2", 10}});
  for (const auto& column : columns) {
    text += line(column.name, {{cell(column.model), 11},
                               {cell(column.pca), 11},
                               {cell(column.mean), 11},
                               {number(column.r2, 3), 9},
                               {number(column.pca_r2, 3), 10}});
  }
  return text;
}

std::string codes_row(const std::string& name, const CodeFigures& figures) {
  return line(name, {{number(figures.knn_accuracy, 4), 9},
                     {number(figures.probe_accuracy, 4), 14},
                     {number(figures.trustworthiness, 4), 17}});
}

std::string codes_text(const CodeQuality& codes) {
  if (codes.samples == 0 && codes.picture_samples == 0) return "";
  std::string text = "\nthe codes of " +
                     counted(std::max(codes.samples, codes.picture_samples), "sample") + "\n" +
                     line("", {{"5-NN", 9}, {"linear probe", 14}, {"trustworthiness", 17}});
  text += codes_row("this model", codes.model);
  if (codes.pca) text += codes_row("PCA, same code size", *codes.pca);
  if (codes.samples > 0) text += codes_row("samples themselves", codes.raw);
  return text;
}

std::string stability_text(const Stability& stability) {
  const size_t seeds = stability.disparities.size();
  return "\nthe picture over " + std::to_string(seeds) +
         (seeds == 1 ? " other seed" : " other seeds") + ": Procrustes disparity " +
         fixed(stability.mean, 4) + " (" + fixed(stability.least, 4) + " … " +
         fixed(stability.greatest, 4) + "; 0: the same picture, 1: another)\n";
}

std::string conclusion(const Findings& findings) {
  const Evaluation& errors = findings.errors;
  return verdict({.model = errors.model.mse,
                  .pca = errors.pca->mse,
                  .samples = errors.samples,
                  .rows = !errors.columns.empty(),
                  .trained_on = findings.on_training_rows,
                  .chose_epoch = findings.chose_epoch})
      .sentence;
}

}  // namespace

std::string findings_json(const Findings& findings) {
  const Evaluation& errors = findings.errors;
  ordered_json object = {{"samples", errors.samples}, {"latent", errors.code_size}};
  if (errors.filled > 0) object["filled_cells"] = errors.filled;
  if (errors.input) object["input"] = figures_json(*errors.input);
  object["model"] = figures_json(errors.model);
  if (errors.elbo) {
    object["model"]["negative_elbo"] = errors.elbo->total();
    object["model"]["divergence"] = errors.elbo->divergence;
  }
  if (errors.pca) object["pca"] = figures_json(*errors.pca);
  if (errors.pca) set(object["pca"], "variance_share", errors.pca_share);
  object["mean"] = figures_json(errors.mean);
  if (findings.codes) {
    set_codes(object["model"], findings.codes->model);
    if (findings.codes->pca) set_codes(object["pca"], *findings.codes->pca);
    if (findings.codes->samples > 0) {
      object["raw"] = ordered_json::object();  // Also where too few samples leave no figure.
      set_codes(object["raw"], findings.codes->raw);
    }
  }
  for (const auto& column : errors.columns) object["columns"].push_back(column_json(column));
  if (findings.stability) {
    const Stability& stability = *findings.stability;
    object["stability"] = {{"mean", stability.mean}, {"disparities", stability.disparities}};
  }
  if (errors.pca && !errors.input) object["verdict"] = conclusion(findings);
  return object.dump(2);
}

std::string findings_text(const Findings& findings, const std::string& title) {
  const Evaluation& errors = findings.errors;
  std::string text = title + ": " + counted(errors.samples, "sample") + ", a code of " +
                     std::to_string(errors.code_size) +
                     (errors.code_size == 1 ? " number\n" : " numbers\n") + errors_text(errors);
  if (!errors.columns.empty()) text += columns_text(errors.columns);
  if (findings.codes) text += codes_text(*findings.codes);
  if (findings.stability) text += stability_text(*findings.stability);
  if (errors.pca && !errors.input) text += conclusion(findings) + "\n";
  return text;
}

}  // namespace diabolo::app
