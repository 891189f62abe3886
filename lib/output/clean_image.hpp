#pragma once

#include "lib/training/trained_model.hpp"

namespace diabolo {

/// Side of the tiles that large images are cleaned in, unless another is asked for.
inline constexpr int64_t kTile = 512;

/// A network of code map, whose weights fit images of any size, made for images of this one. It
/// shares its weights with `network`.
/// Throws std::invalid_argument for another kind of network, or another number of channels.
Autoencoder resized(const Autoencoder& network, int64_t channels, int64_t height, int64_t width);

/// Cleans an image: of any size with a network of code map, in overlapping tiles whose seams are
/// blended, so that memory beyond the image (mirrored at its edge where its sides do not suit the
/// network's strides) and its result depends on `tile` alone; of the model's own size with another
/// network.
/// image    [C, H, W] float32 in [0, 1]
/// tile     side of a tile in pixels, > 0; rounded up to a multiple of the stride
/// returns  the same shape, clipped to [0, 1]
/// Throws std::invalid_argument for another size or another number of channels.
torch::Tensor clean_image(const TrainedModel& model, const torch::Tensor& image,
                          int64_t tile = kTile);

}  // namespace diabolo
