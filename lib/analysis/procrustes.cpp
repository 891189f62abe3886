#include "lib/analysis/procrustes.hpp"

#include <torch/utils.h>

#include <stdexcept>
#include <string>

#include "lib/analysis/points.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

/// Points as a unit of size about their mean.
struct Shape {
  torch::Tensor mean;    ///< [K] float64
  torch::Tensor points;  ///< [N, K] float64, of mean 0 and norm 1.
  double size;
};

Shape shape_of(const torch::Tensor& points, const std::string& name) {
  const auto checked = checked_points(points, name);
  // From the first point on, so that equal points have the size 0 and not that of rounding.
  const auto steps = checked - checked[0];
  const auto centred = steps - steps.mean(0);
  const double size = centred.norm().item<double>();
  if (size <= 0) throw std::invalid_argument("all points of the " + name + " are equal");
  return {.mean = checked.mean(0), .points = centred / size, .size = size};
}

void require_equal_shapes(const torch::Tensor& a, const torch::Tensor& b) {
  if (a.sizes() == b.sizes()) return;
  throw std::invalid_argument("the first points have the shape " + shape_text(a.sizes().vec()) +
                              ", the second " + shape_text(b.sizes().vec()) +
                              "; needed are equal ones");
}

/// b's points turned and scaled onto a's.
torch::Tensor turned(const Shape& a, const Shape& b) {
  const auto [u, strengths, vt] =
      at::linalg_svd(b.points.t().mm(a.points), /*full_matrices=*/false);
  return b.points.mm(u.mm(vt)) * strengths.sum();
}

}  // namespace

torch::Tensor align(const torch::Tensor& a, const torch::Tensor& b) {
  const torch::NoGradGuard no_grad;
  require_equal_shapes(a, b);
  const Shape target = shape_of(a, "first points");
  const auto moved = turned(target, shape_of(b, "second points")) * target.size + target.mean;
  return moved.to(a.scalar_type());
}

double procrustes_disparity(const torch::Tensor& a, const torch::Tensor& b) {
  const torch::NoGradGuard no_grad;
  require_equal_shapes(a, b);
  const Shape target = shape_of(a, "first points");
  const auto left = target.points - turned(target, shape_of(b, "second points"));
  return left.square().sum().item<double>();
}

}  // namespace diabolo
