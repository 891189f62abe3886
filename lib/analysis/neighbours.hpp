#pragma once

#include <torch/types.h>

namespace diabolo {

/// The nearest other points of each point by Euclidean distance, nearest first; of points equally
/// far, the one of the smaller index. A point is no neighbour of itself; its copies are.
/// points   [N, K] finite
/// returns  [N, min(neighbours, N - 1)] int64 indices
/// Exact: as of distances in float64. Memory is bounded by some hundred rows of N distances.
/// Throws std::invalid_argument for fewer than 2 points or fewer than 1 neighbour.
torch::Tensor nearest_neighbours(const torch::Tensor& points, int64_t neighbours);

/// Share of samples whose label is the most frequent one among their nearest others, in [0, 1];
/// of labels equally frequent the smallest counts. Leave-one-out accuracy of scikit-learn's
/// KNeighborsClassifier(neighbours) (Cover and Hart 1967).
/// codes [N, K] finite; labels [N] whole numbers; neighbours are cut to N - 1.
/// Throws std::invalid_argument for fewer than 2 samples, fewer than 1 neighbour, or another number
/// of labels.
double knn_accuracy(const torch::Tensor& codes, const torch::Tensor& labels,
                    int64_t neighbours = 5);

/// How far the neighbours in `low` are neighbours in `high` too: 1 when all are, about 0.5 when
/// `low` is chance (Venna and Kaski 2001); as scikit-learn's sklearn.manifold.trustworthiness.
/// high [N, D], low [N, K], both finite. Time grows with N * N * D.
/// Throws std::invalid_argument unless 1 <= neighbours < N / 2 and both have N rows.
double trustworthiness(const torch::Tensor& high, const torch::Tensor& low, int64_t neighbours = 5);

}  // namespace diabolo
