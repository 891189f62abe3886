#include "app/compress_report.hpp"

#include <cmath>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/terminal.hpp"
#include "lib/output/curves.hpp"

namespace diabolo::app {
namespace {

using nlohmann::ordered_json;

/// "20.13", "1,024": three digits that count, or more.
std::string bytes_text(double bytes) { return bytes < 100 ? fixed(bytes, 2) : with_commas(bytes); }

double psnr(double mse) { return -10 * std::log10(mse); }

std::string line(const std::string& name, double bytes, const std::string& mse,
                 const std::string& rest) {
  std::ostringstream text;
  text << "  " << std::left << std::setw(24) << name << std::right << std::setw(13)
       << bytes_text(bytes) << std::setw(12) << mse << rest << "\n";
  return text.str();
}

std::string pays_text(const CompressFindings& findings) {
  const std::string what = findings.images ? " images" : " rows";
  const auto raw = pays_from(findings, static_cast<double>(findings.raw_bytes), 0);
  std::string text =
      "with its model (" + with_commas(findings.model_bytes) + " bytes) it is smaller ";
  if (raw) {
    text += "than raw samples from " + with_commas(*raw) + what + " on";
  } else {
    text = "with its model it is never smaller than raw samples";
  }
  if (!findings.pca) return text + "\n";
  const auto pca = pays_from(findings, findings.pca->point.bytes, findings.pca->model_bytes);
  text +=
      pca ? ",\nand than PCA's file with its components from " + with_commas(*pca) + what + " on"
          : ",\nand never smaller than PCA's file with its components";
  return text + "\n";
}

ordered_json point_json(const RatePoint& point) {
  return {{"bytes_per_sample", point.bytes}, {"mse", point.mse}};
}

ordered_json points_json(const std::vector<RatePoint>& points) {
  ordered_json list = ordered_json::array();
  for (const auto& point : points) list.push_back(point_json(point));
  return list;
}

Curve curve_of(const std::string& name, const std::vector<RatePoint>& points) {
  Curve curve{.name = name, .x = {}, .y = {}, .low = {}, .high = {}};
  for (const auto& point : points) {
    curve.x.push_back(point.bytes);
    curve.y.push_back(point.mse);
  }
  return curve;
}

}  // namespace

double CompressFindings::bytes_per_sample() const {
  return static_cast<double>(bytes) / static_cast<double>(samples);
}

std::optional<int64_t> pays_from(const CompressFindings& findings, double bytes, int64_t once) {
  const double saved = bytes - findings.bytes_per_sample();
  const auto more = static_cast<double>(findings.model_bytes - once);
  if (saved <= 0 && more >= 0) return {};
  if (more <= 0) return 1;
  return static_cast<int64_t>(std::floor(more / saved)) + 1;
}

std::string compress_text(const CompressFindings& findings) {
  const std::string one = findings.images ? "image" : "row";
  std::string text = findings.title + ": " + with_commas(findings.samples) + " " + one +
                     (findings.samples == 1 ? "" : "s") + ", codes of " +
                     with_commas(findings.numbers) + " numbers, " + with_commas(findings.bytes) +
                     " bytes\n";
  std::ostringstream head;
  head << "  " << std::string(24, ' ') << std::right << std::setw(13) << "bytes/" + one
       << std::setw(12) << "MSE" << "\n";
  text += head.str();
  text += line("this file", findings.bytes_per_sample(), fixed(findings.mse, 5),
               findings.images ? "   PSNR " + fixed(psnr(findings.mse), 2) + " dB" : "");
  const auto shared = static_cast<double>(findings.bytes + findings.model_bytes) /
                      static_cast<double>(findings.samples);
  text += line("its model shared out", shared, fixed(findings.mse, 5), "");
  text += line("codes as float32", 4.0 * static_cast<double>(findings.numbers),
               fixed(findings.network_mse, 5), "");
  if (findings.pca) {
    text += line("PCA, same coding", findings.pca->point.bytes, fixed(findings.pca->point.mse, 5),
                 "   " + with_commas(findings.pca->components) + " components");
  }
  if (findings.jpeg)
    text += line("JPEG, on a sheet", findings.jpeg->bytes, fixed(findings.jpeg->mse, 5), "");
  if (findings.webp)
    text += line("WebP, on a sheet", findings.webp->bytes, fixed(findings.webp->mse, 5), "");
  if (findings.curve.png) text += line("PNG, on a sheet", *findings.curve.png, "exact", "");
  text += line("raw", static_cast<double>(findings.raw_bytes), "exact", "");
  return text + pays_text(findings);
}

std::string compress_json(const CompressFindings& findings) {
  ordered_json object = {{"file", findings.path},
                         {"samples", findings.samples},
                         {"bytes", findings.bytes},
                         {"bytes_per_sample", findings.bytes_per_sample()},
                         {"mse", findings.mse},
                         {"network_mse", findings.network_mse},
                         {"model_bytes", findings.model_bytes},
                         {"raw_bytes_per_sample", findings.raw_bytes}};
  const auto set = [&](const char* name, const auto& number) {
    if (number) object[name] = *number;
  };
  set("pays_from", pays_from(findings, static_cast<double>(findings.raw_bytes), 0));
  if (findings.pca) {
    object["pca"] = point_json(findings.pca->point);
    object["pca"]["components"] = findings.pca->components;
    object["pca"]["model_bytes"] = findings.pca->model_bytes;
    set("pays_from_beside_pca",
        pays_from(findings, findings.pca->point.bytes, findings.pca->model_bytes));
  }
  if (findings.jpeg) object["jpeg"] = point_json(*findings.jpeg);
  if (findings.webp) object["webp"] = point_json(*findings.webp);
  set("png_bytes_per_sample", findings.curve.png);
  if (findings.curve.model.empty()) return object.dump(2);
  object["curve"] = {{"model", points_json(findings.curve.model)},
                     {"pca", points_json(findings.curve.pca)}};
  if (findings.images) {
    object["curve"]["jpeg"] = points_json(findings.curve.jpeg);
    object["curve"]["webp"] = points_json(findings.curve.webp);
  }
  return object.dump(2);
}

void draw_rates(const CompressFindings& findings, const std::string& png) {
  CurvesChart chart;
  chart.title = findings.title + ": error against size";
  chart.x_name = std::string("bytes ") + (findings.images ? "an image" : "a row") +
                 ", without what decodes them";
  chart.y_name = "mean squared error";
  chart.log_x = chart.log_y = true;
  const RateCurve& curve = findings.curve;
  const std::string code = "network, code of " + std::to_string(findings.numbers);
  for (const auto& [name, points] :
       {std::pair{code, &curve.model}, std::pair{std::string("PCA, same coding"), &curve.pca},
        std::pair{std::string("JPEG, on a sheet"), &curve.jpeg},
        std::pair{std::string("WebP, on a sheet"), &curve.webp}}) {
    if (!points->empty()) chart.curves.push_back(curve_of(name, *points));
  }
  draw_curves(chart, png);
}

}  // namespace diabolo::app
