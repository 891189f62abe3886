#pragma once

#include <string_view>

#include "lib/training/batches.hpp"
#include "lib/training/code_units.hpp"
#include "models/autoencoder.hpp"

namespace diabolo {

/// What there is to say of is_flat().
inline constexpr std::string_view kFlatOutput = "the network gives the same for every sample";

/// True when outputs hardly differ from sample to sample where those that were wanted do: such a
/// network has learned nothing, as one whose images all became black.
/// outputs, wanted  [N, ...] of one shape, N >= 1
bool is_flat(const torch::Tensor& outputs, const torch::Tensor& wanted);

/// The same of a network, on up to 1,000 samples in their order: true on all ranks when it is on
/// any.
bool gives_flat_output(Autoencoder& model, const Batches& samples, Group& group);

/// The units of the code on those samples, as the first rank counts them. All are well where skips
/// carry samples past the code, which leaves its units free to carry nothing; and of a variational
/// code, which says by units that carry nothing that it is large enough.
CodeUnits watched_code_units(Autoencoder& model, const Batches& samples, Group& group);

}  // namespace diabolo
