#pragma once

#include <torch/types.h>

#include <optional>
#include <vector>

#include "lib/training/unfold.hpp"
#include "models/autoencoder.hpp"

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

/// The layers of a network in order, parameters as views of `values` [n] and `gradients` [n], at
/// the places where those of the network lie in their own memory. Throws std::logic_error for
/// layers that are none of these.
std::vector<StepLayer> step_layers(Autoencoder& model, const torch::Tensor& values,
                                   const torch::Tensor& gradients);

/// What a pass of N samples leaves of one layer, [N * rows, columns] each.
struct LayerRows {
  torch::Tensor sum, value;                     ///< z and f(z); one tensor without f.
  torch::Tensor gradient, gradient_transposed;  ///< G = dL/dz
  torch::Tensor windows;                        ///< [N * places, values], of convolutions.
};
LayerRows make_rows(const StepLayer& layer, int64_t samples, torch::ScalarType type);

/// How to multiply: by matrix_product.hpp, or by LibTorch.
enum class Products { kByHand, kLibTorch };

/// out.sum = layer(x)
void forward(const StepLayer& layer, const torch::Tensor& x, LayerRows& out, Products products);

/// The gradients of the parameters, from out.gradient, and that of x where it is wanted.
void backward(StepLayer& layer, const torch::Tensor& x, LayerRows& out, torch::Tensor* x_gradient,
              Products products);

}  // namespace diabolo
