#include "lib/training/unfold.hpp"

#include <c10/util/BFloat16.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <vector>

#include "lib/data/in_parallel.hpp"
#include "lib/training/compiled_for.hpp"

namespace diabolo {
namespace {

constexpr int64_t kFewValues = 1 << 15;  // Not worth another thread.

struct Line {
  int64_t sample = 0;
  int64_t row = 0;
};

/// Calls work(line) for each of `rows` rows of each sample, on several threads.
template <typename Work>
void for_each_line(int64_t samples, int64_t rows, int64_t values, const Work& work) {
  const int64_t grain = std::max(int64_t{1}, kFewValues / std::max(int64_t{1}, values));
  in_parallel(samples * rows, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) work(Line{i / rows, i % rows});
  });
}

/// Of the places that a window sees in one dimension, those that lie in the map.
struct Inside {
  int64_t first;       ///< Of the window, in the map; perhaps below 0.
  int64_t begin, end;  ///< In the window.
};

Inside inside(int64_t place, int64_t size, const Windows& shape) {
  const int64_t first = place * shape.stride - shape.padding;
  const int64_t begin = std::clamp<int64_t>(-first, 0, shape.kernel);
  return {first, begin, std::clamp<int64_t>(size - first, begin, shape.kernel)};
}

/// One row of windows. What a row of a window sees lies side by side, with its channels.
template <typename Value>
void unfold_line(const Value* maps, const Windows& shape, int64_t row, Value* to) {
  const Inside rows = inside(row, shape.height, shape);
  for (int64_t column = 0; column < shape.columns; ++column) {
    const Inside seen = inside(column, shape.width, shape);
    for (int64_t k = 0; k < shape.kernel; ++k) {
      const bool has_some = k >= rows.begin && k < rows.end;
      const int64_t begin = has_some ? seen.begin * shape.channels : 0;
      const int64_t end = has_some ? seen.end * shape.channels : 0;
      to = std::fill_n(to, begin, Value(0));
      if (has_some) {
        const int64_t pixel = (rows.first + k) * shape.width + seen.first + seen.begin;
        to = std::copy_n(maps + pixel * shape.channels, end - begin, to);
      }
      to = std::fill_n(to, shape.kernel * shape.channels - end, Value(0));
    }
  }
}

/// One row of maps, and all windows of its sample.
template <typename Value>
struct FoldedLine {
  const Value* windows = nullptr;
  const Windows& shape;
  const Value* bias = nullptr;  ///< None where there is none.
  int64_t row = 0;
  float* sums = nullptr;  ///< Memory for a row of maps.
  Value* out = nullptr;
};

struct Fold {
  template <typename Floats, typename Value>
  DIABOLO_PART static void add(const Value* from, int64_t count, float* to) {
    int64_t i = 0;
    for (; i + kLanesOf<Floats> <= count; i += kLanesOf<Floats>) {
      store(load<Floats>(to + i, kLanesOf<Floats>) + load<Floats>(from + i, kLanesOf<Floats>),
            to + i, kLanesOf<Floats>);
    }
    for (; i < count; ++i) to[i] += static_cast<float>(from[i]);
  }

  template <typename Floats, typename Value>
  DIABOLO_PART static double pass(const FoldedLine<Value>& line) {
    const Windows& shape = line.shape;
    const int64_t values = shape.width * shape.channels;
    std::fill_n(line.sums, values, 0.0F);
    for (int64_t begin = 0; begin < values && line.bias != nullptr; begin += shape.channels)
      add<Floats>(line.bias, shape.channels, line.sums + begin);
    for (int64_t row = 0; row < shape.rows; ++row) {
      const int64_t k = line.row + shape.padding - row * shape.stride;
      if (k < 0 || k >= shape.kernel) continue;
      for (int64_t column = 0; column < shape.columns; ++column) {
        const Inside seen = inside(column, shape.width, shape);
        const int64_t window = row * shape.columns + column;
        add<Floats>(line.windows + window * shape.values() +
                        (k * shape.kernel + seen.begin) * shape.channels,
                    (seen.end - seen.begin) * shape.channels,
                    line.sums + (seen.first + seen.begin) * shape.channels);
      }
    }
    for (int64_t i = 0; i < values; i += kLanesOf<Floats>)
      store(load<Floats>(line.sums + i, values - i), line.out + i, values - i);
    return 0;
  }
};

void require_fit(const torch::Tensor& windows, const Windows& shape, const torch::Tensor& maps) {
  TORCH_CHECK(windows.is_contiguous() && maps.is_contiguous(),
              "maps or windows that do not lie side by side");
  TORCH_CHECK(maps.scalar_type() == windows.scalar_type() && maps.size(1) == shape.channels &&
                  windows.size(1) == shape.values() && maps.size(0) % shape.pixels() == 0 &&
                  windows.size(0) == maps.size(0) / shape.pixels() * shape.places(),
              "maps and windows that do not fit each other");
}

template <typename Value>
void unfold_of(const torch::Tensor& maps, const Windows& shape, const torch::Tensor& windows) {
  const auto* from = maps.const_data_ptr<Value>();
  auto* to = windows.mutable_data_ptr<Value>();
  const int64_t line_values = shape.columns * shape.values();
  for_each_line(maps.size(0) / shape.pixels(), shape.rows, line_values, [&](Line line) {
    unfold_line(from + line.sample * shape.pixels() * shape.channels, shape, line.row,
                to + (line.sample * shape.rows + line.row) * line_values);
  });
}

template <typename Value>
void fold_of(const torch::Tensor& windows, const Windows& shape, const torch::Tensor& bias,
             const torch::Tensor& maps, Instructions instructions) {
  const auto pass = compiled_for<Fold, FoldedLine<Value>>(instructions);
  const auto* from = windows.const_data_ptr<Value>();
  const Value* added = bias.defined() ? bias.const_data_ptr<Value>() : nullptr;
  auto* to = maps.mutable_data_ptr<Value>();
  const int64_t line_values = shape.width * shape.channels;
  for_each_line(maps.size(0) / shape.pixels(), shape.height, line_values, [&](Line line) {
    thread_local std::vector<float> sums;
    sums.resize(static_cast<size_t>(line_values));
    pass({.windows = from + line.sample * shape.places() * shape.values(),
          .shape = shape,
          .bias = added,
          .row = line.row,
          .sums = sums.data(),
          .out = to + (line.sample * shape.height + line.row) * line_values});
  });
}

}  // namespace

void unfold(const torch::Tensor& maps, const Windows& shape, const torch::Tensor& windows) {
  require_fit(windows, shape, maps);
  if (maps.scalar_type() == torch::kBFloat16) {
    unfold_of<c10::BFloat16>(maps, shape, windows);
  } else {
    unfold_of<float>(maps, shape, windows);
  }
}

void fold(const torch::Tensor& windows, const Windows& shape, const torch::Tensor& bias,
          const torch::Tensor& maps, Instructions instructions) {
  require_fit(windows, shape, maps);
  if (maps.scalar_type() == torch::kBFloat16) {
    fold_of<c10::BFloat16>(windows, shape, bias, maps, instructions);
  } else {
    fold_of<float>(windows, shape, bias, maps, instructions);
  }
}

}  // namespace diabolo
