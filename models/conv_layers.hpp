#pragma once

#include <torch/nn/modules/conv.h>

#include "models/initialise.hpp"

// What the convolutional architectures are built from.

namespace diabolo {

/// oneDNN runs convolutions about twice as fast on [N, H, W, C] memory.
inline constexpr auto kConvLayout = torch::MemoryFormat::ChannelsLast;

/// 3x3, stride 2: [N, from, h, w] to [N, to, ceil(h / 2), ceil(w / 2)].
torch::nn::Conv2d halving_conv(int64_t from, int64_t to);

/// The transposed one, which undoes halving_conv's sizes exactly.
/// from, to  [C, H, W] of a sample of each map
torch::nn::ConvTranspose2d doubling_conv(const std::vector<int64_t>& from,
                                         const std::vector<int64_t>& to);

/// 3x3, stride 1, which keeps the size.
torch::nn::Conv2d same_conv(int64_t channels);

/// Moves the weights of every convolution in `module` to kConvLayout.
void use_conv_layout(torch::nn::Module& module);

/// Draws the weight of a Linear, Conv2d or ConvTranspose2d; its bias becomes 0.
void initialise_conv(torch::nn::Module& layer, Follows follows, const torch::Generator& generator);

/// [N, ...] with the values of `shape` in each of N to [N, ...shape].
torch::Tensor with_sample_shape(const torch::Tensor& batch, std::vector<int64_t> shape);

}  // namespace diabolo
