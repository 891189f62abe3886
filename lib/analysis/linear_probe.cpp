#include "lib/analysis/linear_probe.hpp"

#include <torch/optim/lbfgs.h>
#include <torch/utils.h>

#include <limits>
#include <stdexcept>
#include <string>

#include "lib/analysis/points.hpp"

namespace diabolo {
namespace {

constexpr int64_t kExactNumbers = 1'000'000;
// A class's mean p (1 - p) in a good fit, roughly: it changes how many steps a fit takes, not its
// end.
constexpr double kCurvature = 0.05;

/// What a fit is given: how precise it is to be follows from the type of the rows.
struct Problem {
  torch::Tensor rows;     ///< [N, K + 1] standardised codes, then 1 for the intercept.
  torch::Tensor labels;   ///< [N] int64 below `classes`.
  torch::Tensor penalty;  ///< [K + 1], on squared weights.
  int64_t classes;
};

/// Standardises as sklearn.preprocessing.StandardScaler: a constant column is only centred.
class Scaler {
 public:
  explicit Scaler(const torch::Tensor& rows) : mean_(rows.mean(0)) {
    const auto variance = (rows - mean_).square().mean(0);
    const double rounding =
        static_cast<double>(rows.size(0)) * std::numeric_limits<double>::epsilon();
    const auto constant = variance <= rounding * variance + (rounding * mean_).square();
    deviation_ = variance.sqrt().masked_fill(constant, 1);
  }

  /// rows [N, K] to [N, K + 1], with a column of ones.
  torch::Tensor operator()(const torch::Tensor& rows) const {
    return at::constant_pad_nd((rows - mean_) / deviation_, {0, 1}, /*value=*/1);
  }

 private:
  torch::Tensor mean_, deviation_;
};

/// scikit-learn's penalty |W|^2 / 2 beside the sum of losses, here by N; it spares the intercept.
/// Of two classes it has one vector of weights, the difference of our two: these are opposite at
/// the minimum, so that |2w|^2 / 2 is twice the penalty on both.
torch::Tensor penalties(const torch::Tensor& rows, int64_t classes) {
  auto penalty = torch::full({rows.size(1)}, classes == 2 ? 2.0 : 1.0, rows.options());
  penalty[-1] = 0;
  return penalty / rows.size(0);
}

/// The change of coordinates [K + 1, K + 1] in which the loss is about as steep every way, which
/// spares most of the steps where codes are correlated: R with R Rᵀ = (a XᵀX / N + penalty)^-1.
torch::Tensor whitening(const Problem& problem) {
  const auto products =
      problem.rows.t().mm(problem.rows).to(torch::kFloat64) / problem.rows.size(0);
  const auto curvature = kCurvature * products + at::diag(problem.penalty.to(torch::kFloat64));
  const auto upper = at::linalg_cholesky(curvature, /*upper=*/true);
  const auto one = torch::eye(upper.size(0), upper.options());
  return at::linalg_solve_triangular(upper, one, /*upper=*/true).to(problem.rows.scalar_type());
}

/// By the gradient of the mean loss in whitened coordinates; below 1e-6 the line search would meet
/// the rounding of float64.
torch::optim::LBFGSOptions stopping_rule(bool exact) {
  return torch::optim::LBFGSOptions()
      .max_iter(exact ? 1000 : 100)
      .tolerance_grad(exact ? 1e-6 : 1e-4)
      .tolerance_change(exact ? 1e-14 : 1e-7)
      .history_size(20)
      .line_search_fn("strong_wolfe");
}

/// The weights [classes, K + 1] of least loss. L-BFGS, since Newton's method would solve for all
/// classes * (K + 1) weights at once.
torch::Tensor fit(const Problem& problem) {
  const auto change = whitening(problem);
  const auto rows = problem.rows.mm(change);
  const auto penalty = change.t().mm(problem.penalty.unsqueeze(1) * change);
  const auto wanted = at::one_hot(problem.labels, problem.classes).to(rows.scalar_type());
  auto weights = torch::zeros({problem.classes, rows.size(1)}, rows.options());
  weights.set_requires_grad(true);
  const auto loss_and_gradient = [&] {
    const torch::NoGradGuard no_grad;
    const auto likelihood = at::log_softmax(rows.mm(weights.t()), 1);
    const auto pull = weights.mm(penalty);
    weights.mutable_grad() = ((likelihood.exp() - wanted) / rows.size(0)).t().mm(rows) + pull;
    const auto loss = (pull * weights).sum(torch::kFloat64) / 2 -
                      (likelihood * wanted).sum(torch::kFloat64) / rows.size(0);
    return loss.to(rows.scalar_type());
  };
  torch::optim::LBFGS solver({weights}, stopping_rule(rows.scalar_type() == torch::kFloat64));
  solver.step(loss_and_gradient);
  return weights.detach().mm(change.t());
}

void require_two_classes(const torch::Tensor& classes, int64_t fold) {
  if (classes.size(0) > 1) return;
  throw std::invalid_argument("all samples outside fold " + std::to_string(fold) +
                              " have the label " + std::to_string(classes[0].item<int64_t>()) +
                              "; a linear probe needs two labels or more");
}

/// How many samples of a fold are classified rightly.
int64_t right_in_fold(const torch::Tensor& codes, const torch::Tensor& labels,
                      const torch::Tensor& outside, int64_t fold) {
  const auto train = codes.index({outside});
  const auto [classes, train_labels, counts] =
      at::_unique2(labels.index({outside}), /*sorted=*/true, /*return_inverse=*/true);
  require_two_classes(classes, fold);
  const Scaler scaler(train);
  const auto type = codes.numel() <= kExactNumbers ? torch::kFloat64 : torch::kFloat32;
  const auto rows = scaler(train).to(type);
  const auto weights = fit({rows, train_labels, penalties(rows, classes.size(0)), classes.size(0)});
  const auto inside = outside.logical_not();
  const auto scores = scaler(codes.index({inside})).to(type).mm(weights.t());
  const auto answers = classes.index({scores.argmax(1)});
  return (answers == labels.index({inside})).sum().item<int64_t>();
}

}  // namespace

double linear_probe_accuracy(const torch::Tensor& codes, const torch::Tensor& labels,
                             int64_t folds) {
  const auto points = checked_points(codes, "codes");
  const int64_t count = points.size(0);
  const auto checked = checked_labels(labels, count);
  if (folds < 2 || folds > count) {
    throw std::invalid_argument(std::to_string(folds) + " folds of " + std::to_string(count) +
                                " samples: needed are 2 or more, and a sample for each");
  }
  const auto fold_of = torch::arange(count).remainder(folds);
  int64_t right = 0;
  for (int64_t fold = 0; fold < folds; ++fold) {
    right += right_in_fold(points, checked, fold_of != fold, fold);
  }
  return static_cast<double>(right) / static_cast<double>(count);
}

}  // namespace diabolo
