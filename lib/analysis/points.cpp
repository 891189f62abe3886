#include "lib/analysis/points.hpp"

#include <torch/utils.h>

#include <stdexcept>

#include "models/shape.hpp"

namespace diabolo {

torch::Tensor checked_points(const torch::Tensor& points, const std::string& name) {
  if (points.dim() != 2 || points.size(0) < 2 || points.size(1) < 1) {
    throw std::invalid_argument("the " + name + " have the shape " +
                                shape_text(points.sizes().vec()) +
                                "; needed are two rows or more of one number or more");
  }
  if (!at::isfinite(points).all().item<bool>()) {
    throw std::invalid_argument("the " + name + " hold a value that is not finite");
  }
  return points.detach().to(torch::kCPU, torch::kFloat64).contiguous();
}

torch::Tensor checked_labels(const torch::Tensor& labels, int64_t points) {
  if (labels.dim() != 1 || labels.size(0) != points) {
    throw std::invalid_argument("the labels have the shape " + shape_text(labels.sizes().vec()) +
                                "; needed is one for each of " + std::to_string(points) +
                                " samples");
  }
  if (!at::isIntegralType(labels.scalar_type(), /*includeBool=*/false)) {
    throw std::invalid_argument("the labels are no whole numbers");
  }
  return labels.to(torch::kCPU, torch::kInt64).contiguous();
}

}  // namespace diabolo
