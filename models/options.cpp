#include "models/options.hpp"

#include "models/conv.hpp"
#include "models/dense.hpp"

namespace diabolo {

AutoencoderOptions AutoencoderOptions::for_tables(int64_t rows) {
  AutoencoderOptions options;
  options.hidden = {64, 32};
  if (rows <= kFewRows) options.hidden = {32};
  if (rows < kVeryFewRows) options.hidden = {};
  options.latent = 2;
  options.output = Output::kLinear;
  return options;
}

DenseOptions AutoencoderOptions::dense() const {
  return {.sample_shape = sample_shape,
          .hidden = hidden,
          .latent = latent,
          .activation = activation,
          .variational = variational};
}

ConvOptions AutoencoderOptions::conv() const {
  return {.sample_shape = sample_shape,
          .channels = channels,
          .latent = latent,
          .code = code,
          .activation = activation,
          .blocks = blocks,
          .norm = norm,
          .skip = skip,
          .variational = variational};
}

std::vector<int64_t> AutoencoderOptions::code_shape() const {
  if (arch == Architecture::kConv) return conv().code_shape();
  return {latent};
}

bool AutoencoderOptions::is_linear() const {
  return arch == Architecture::kDense && hidden.empty() && output == Output::kLinear &&
         !variational;
}

void AutoencoderOptions::validate() const {
  check_rules(*this);
  if (residual && (arch != Architecture::kConv || code != CodeShape::kMap)) {
    throw std::invalid_argument(
        "residual: goes with a code map; give --arch conv --code map, or drop it");
  }
  if (variational && !decodes_alone()) {
    throw std::invalid_argument("variational: what goes past the code by " +
                                std::string(skip ? "skip" : "residual") +
                                " needs no code; drop one of them");
  }
  if (residual && output != Output::kLinear) {
    throw std::invalid_argument("residual: a difference has no bounds; give --output linear");
  }
  if (arch == Architecture::kConv) {
    conv().validate();
    return;
  }
  dense().validate();
  if (blocks > 0 || norm != Norm::kNone || skip) {
    throw std::invalid_argument(std::string(skip         ? "skip"
                                            : blocks > 0 ? "blocks"
                                                         : "norm") +
                                ": needs convolutions; give --arch conv --code map, or drop it");
  }
  if (code == CodeShape::kMap) {
    throw std::invalid_argument("code: a map needs convolutions; give --arch conv, or drop it");
  }
}

}  // namespace diabolo
