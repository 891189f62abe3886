#pragma once

#include <torch/types.h>

#include <optional>

#include "lib/training/unfold.hpp"
#include "models/options.hpp"

namespace diabolo {

/// One layer of WrittenStep. Samples are rows of matrices; in a convolutional network so are the
/// pixels of their maps, with the channels as columns.
struct StepLayer {
  enum class Kind {
    kLinear,         ///< Of a row; for maps, a convolution that sees one pixel.
    kConv,           ///< Linear, of what windows see.
    kConvTranspose,  ///< Linear to what windows see, which is added.
    kFlatten,        ///< Maps [C, H, W], as rows of C, to vectors in that order.
    kUnflatten,      ///< And back.
  };
  Kind kind = Kind::kLinear;
  int64_t rows = 1;     ///< Of the result, for each sample: pixels.
  int64_t columns = 0;  ///< Of the result.
  Windows windows;      ///< Of convolutions.
  /// W [out, in], or [in, out] of kConvTranspose, where out or in counts what a window sees; b
  /// [channels]. Views of the parameters.
  torch::Tensor weight, weight_transposed, bias;
  torch::Tensor weight_gradient, bias_gradient;
  std::optional<Activation> activation;  ///< f; none on the code and the logits.
};

/// What a pass of N samples leaves of one layer, [N * rows, columns] each.
struct LayerRows {
  torch::Tensor sum, value;                     ///< z and f(z); one tensor without f.
  torch::Tensor gradient, gradient_transposed;  ///< G = dL/dz
};
LayerRows make_rows(const StepLayer& layer, int64_t samples, torch::ScalarType type);

/// How to multiply: by matrix_product.hpp, or by LibTorch.
enum class Products { kByHand, kLibTorch };

/// Takes layers forward and backward.
class LayerStep {
 public:
  /// most_windows  values of windows that are held at once, each window counted as 64 at least: the
  ///               samples are taken so many at a time, one at the least
  LayerStep(Products products, int64_t most_windows)
      : products_(products), most_windows_(most_windows) {}

  /// out.sum = layer(x)
  void forward(const StepLayer& layer, const torch::Tensor& x, LayerRows& out);

  /// The gradients of the parameters, from out.gradient, and that of x where it is wanted.
  void backward(StepLayer& layer, const torch::Tensor& x, LayerRows& out,
                torch::Tensor* x_gradient);

 private:
  template <typename Work>
  void in_parts(const Windows& shape, int64_t samples, torch::ScalarType type, const Work& work);

  Products products_;
  int64_t most_windows_;
  torch::Tensor scratch_;  ///< For windows.
};

}  // namespace diabolo
