#pragma once

#include "lib/analysis/quantise.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo {

/// Codes of more numbers than this are not compressed: axes take their square.
inline constexpr int64_t kMostCompressed = 4096;

/// The codes of samples, and what the network decodes codes to. `model` and `dataset` must outlive
/// it. Cells of a table that were empty count in no error.
/// Throws std::invalid_argument when the network cannot decode a code alone, codes have too many
/// numbers, there are no samples, or they have another shape.
CodeSource network_source(const TrainedModel& model, const Dataset& dataset, bool labels);

/// The same of PCA.
CodeSource pca_source(const Pca& pca, const TrainedModel& model, const Dataset& dataset);

/// The smallest file that was found whose MSE is `most_mse` or less; none if there is none.
std::optional<Quantised> compress_to_error(const CodeSource& source, double most_mse);

/// The file with the least MSE that takes `bits` a sample or fewer, itself as a whole divided by
/// the number of samples; none if there is none.
std::optional<Quantised> compress_to_bits(const CodeSource& source, double bits);

/// What a file is decoded to, some samples at a time.
/// samples  [n, ...sample shape] float32 as the network gives them
/// labels   [n] int64, or undefined
using OnDecoded = std::function<void(const torch::Tensor& samples, const torch::Tensor& labels)>;

/// Decodes samples [first, first + count), and no block that holds none of them.
/// Throws std::invalid_argument when the file was made by another model, or has no such samples;
/// std::runtime_error when it is damaged, naming `name`.
void decompress(const TrainedModel& model, const formats::CodeFile& file, const std::string& name,
                int64_t first, int64_t count, const OnDecoded& on_decoded);

}  // namespace diabolo
