#pragma once

#include <torch/types.h>

namespace diabolo {

/// `b` moved, turned (reflection allowed) and scaled onto `a` by least squares (Schönemann 1966).
/// a, b     [N, K] finite; row i of one belongs to row i of the other
/// returns  [N, K] of a's type, in a's units
/// Throws std::invalid_argument for unequal shapes, or when all points of one are equal.
torch::Tensor align(const torch::Tensor& a, const torch::Tensor& b);

/// What remains between two sets of points once one is laid onto the other: the squared distances
/// after align(), by the squared distances of a's points from their mean. 0 for equal shapes,
/// 1 at most; the same for (b, a). The third result of scipy.spatial.procrustes.
/// a, b  [N, K] finite. Throws as align().
double procrustes_disparity(const torch::Tensor& a, const torch::Tensor& b);

}  // namespace diabolo
