#pragma once

#include <cstdint>
#include <functional>

namespace diabolo {

/// Calls work(begin, end) for parts of [0, count) that cover it once, on LibTorch's threads; each
/// of `grain` at the least, so that little work stays on one. Rethrows what a part throws.
void in_parallel(int64_t count, int64_t grain,
                 const std::function<void(int64_t begin, int64_t end)>& work);

}  // namespace diabolo
