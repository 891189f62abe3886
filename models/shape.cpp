#include "models/shape.hpp"

#include <functional>
#include <numeric>

#include "models/field.hpp"

namespace diabolo {

int64_t values_in(const std::vector<int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text;
}

void require_each_positive(std::string_view field, const std::vector<int64_t>& numbers) {
  for (const int64_t number : numbers) {
    if (number > 0) continue;
    throw std::invalid_argument(std::string(field) + ": found " + to_text(numbers) +
                                "; give numbers above 0");
  }
}

void require_sample_values(std::string_view what, const torch::Tensor& batch, int64_t values) {
  const int64_t found = batch.dim() < 2 ? -1 : values_in(batch.sizes().slice(1).vec());
  if (found == values) return;
  throw std::invalid_argument("a " + std::string(what) + " has " + std::to_string(values) +
                              " values here; found a batch of shape [" +
                              shape_text(batch.sizes().vec()) + "]");
}

}  // namespace diabolo
