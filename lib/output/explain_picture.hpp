#pragma once

#include <filesystem>
#include <string>

#include "lib/analysis/explain_images.hpp"

namespace diabolo {

/// One page: the mean image, what each pixel matters to the code by gradient and by occlusion, what
/// each number of the code draws, and the weights of the first layer; each with its scale.
/// Throws as draw_scatter().
void draw_explanation(const ImageExplanation& explanation, const std::string& title,
                      const std::filesystem::path& png);

}  // namespace diabolo
