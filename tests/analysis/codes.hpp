#pragma once

#include <gtest/gtest.h>
#include <torch/types.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace diabolo {

struct LabelledCodes {
  torch::Tensor codes;   ///< [N, K] float32
  torch::Tensor labels;  ///< [N] int64
};

/// A set of tests/golden/make_codes.py that is kept in a file.
inline LabelledCodes codes_of_file(const std::string& name) {
  std::ifstream file(std::string(DIABOLO_GOLDEN) + "/" + name + ".txt");
  std::vector<torch::Tensor> rows;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    const std::vector<double> numbers{std::istream_iterator<double>(words), {}};
    rows.push_back(torch::tensor(numbers, torch::kFloat64));
  }
  const auto table = at::stack(rows);
  const int64_t columns = table.size(1) - 1;
  return {table.narrow(1, 0, columns).to(torch::kFloat32), table.select(1, columns).to(at::kLong)};
}

/// A set of tests/golden/make_codes.py that follows from whole numbers alone.
inline LabelledCodes codes_of_formula(const std::string& name, int64_t rows, int64_t columns,
                                      int64_t classes, int64_t strength) {
  auto i = torch::arange(rows).view({rows, 1});
  if (name == "copies") i = i.remainder(150);
  const auto k = torch::arange(columns);
  const auto labels = (i * i * 31).remainder(1013).remainder(classes);
  const auto noise =
      (i * 7919 + k * 104729 + (i * k).remainder(1013) * 31 + (i * i).remainder(8191) * (17 + k))
          .remainder(2003);
  auto values = noise + (labels * (k + 1) * 37).remainder(101) * strength / 2.0;
  if (name == "grid") values = noise.remainder(4);
  if (name == "constant") {
    values.select(1, 1).fill_(700);
    values.select(1, 3).copy_(700 + (i.select(1, 0).remainder(5) == 2).to(torch::kFloat32));
  }
  if (name == "far") values = values + 1e6;
  return {(values.to(torch::kFloat64) / 16).to(torch::kFloat32), labels.select(1, 0)};
}

inline LabelledCodes codes_named(const std::string& name) {
  static const std::map<std::string, std::vector<int64_t>> formulas{
      {"two", {300, 3, 2, 40}},      {"few", {60, 90, 3, 60}}, {"many", {6000, 8, 10, 60}},
      {"large", {2600, 400, 10, 6}}, {"grid", {400, 3, 4, 0}}, {"copies", {200, 5, 3, 50}},
      {"constant", {240, 6, 3, 60}}, {"far", {500, 6, 4, 60}}};
  static std::map<std::string, LabelledCodes> made;
  const auto found = made.find(name);
  if (found != made.end()) return found->second;
  const auto formula = formulas.find(name);
  if (formula == formulas.end()) return made[name] = codes_of_file(name);
  const auto& numbers = formula->second;
  return made[name] = codes_of_formula(name, numbers[0], numbers[1], numbers[2], numbers[3]);
}

/// A line of tests/golden/codes.txt: what scikit-learn or SciPy measured.
struct Golden {
  std::string set;
  int64_t number = 0;  ///< Of neighbours, folds, columns, or the index of a column.
  double value = 0;
  std::string text() const { return set + " " + std::to_string(number); }
};

inline std::vector<Golden> golden(const std::string& measure) {
  std::ifstream file(std::string(DIABOLO_GOLDEN) + "/codes.txt");
  std::vector<Golden> found;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    Golden one;
    words >> name >> one.set >> one.number >> one.value;
    if (name == measure) found.push_back(one);
  }
  EXPECT_GE(found.size(), 10U) << measure;
  return found;
}

}  // namespace diabolo
