#pragma once

#include <algorithm>
#include <array>

#include "lib/training/config.hpp"

namespace diabolo {

/// Fields that the first programs did not have.
inline constexpr std::array<std::string_view, 13> kLaterFields = {
    "blocks",      "norm", "skip",    "residual", "variational",       "beta", "sparsity",
    "contractive", "tied", "augment", "patch",    "patches_per_image", "read"};

/// Options for a model file. Fields that came later are left out at their defaults, so that
/// programs that do not know them still read a model that does not use them.
template <typename Options>
std::string options_json(const Options& options, Unset unset) {
  const auto defaults = entries_of(Options{}, unset);
  std::vector<ConfigEntry> entries;
  for (const auto& entry : entries_of(options, unset)) {
    const bool later = std::ranges::find(kLaterFields, entry.name) != kLaterFields.end();
    const auto same = [&](const ConfigEntry& one) {
      return one.name == entry.name && one.value == entry.value;
    };
    if (!later || std::ranges::none_of(defaults, same)) entries.push_back(entry);
  }
  return to_json(entries);
}

}  // namespace diabolo
