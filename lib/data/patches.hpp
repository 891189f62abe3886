#pragma once

#include <filesystem>
#include <limits>
#include <vector>

#include "lib/data/dataset.hpp"

namespace diabolo {

/// Squares of `side` pixels cut from image files of any size, `each` of a file: uint8 [N, C, side,
/// side], those of a file behind each other, named "photo.jpg:ROW,COLUMN". Where they lie follows
/// from the place of the file in the list and the number of the patch alone, so that the data are
/// the same for every seed of training. One whole image is in memory at a time.
/// files       PNG, JPEG or PNM, all grey or all RGB; 16 bits become 8
/// begin, end  the patches that are wanted of all; end is cut to their number
/// Throws as read_image_file(), and std::invalid_argument naming a file that is smaller than a
/// patch, or is grey where the first one is RGB.
Dataset read_patches(const std::vector<std::filesystem::path>& files, int64_t side, int64_t each,
                     int64_t begin = 0, int64_t end = std::numeric_limits<int64_t>::max());

}  // namespace diabolo
