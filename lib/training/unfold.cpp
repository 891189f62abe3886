#include "lib/training/unfold.hpp"

#include <c10/util/BFloat16.h>
#include <c10/util/Exception.h>

#include <algorithm>

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

/// One row of windows.
template <typename Value>
void unfold_line(const Value* maps, const Windows& shape, Line line, Value* to) {
  const int64_t run = shape.kernel * shape.channels;
  for (int64_t column = 0; column < shape.columns; ++column) {
    // Of a row of a window, what lies in the map; its channels lie side by side.
    const int64_t left = column * shape.stride - shape.padding;
    const int64_t begin = std::clamp<int64_t>(-left, 0, shape.kernel);
    const int64_t end = std::clamp<int64_t>(shape.width - left, begin, shape.kernel);
    for (int64_t k = 0; k < shape.kernel; ++k, to += run) {
      const int64_t y = line.row * shape.stride - shape.padding + k;
      const bool inside = y >= 0 && y < shape.height && begin < end;
      if (!inside) {
        std::fill_n(to, run, Value(0));
        continue;
      }
      const Value* from = maps + (y * shape.width + left + begin) * shape.channels;
      std::fill_n(to, begin * shape.channels, Value(0));
      std::copy_n(from, (end - begin) * shape.channels, to + begin * shape.channels);
      std::fill_n(to + end * shape.channels, (shape.kernel - end) * shape.channels, Value(0));
    }
  }
}

/// One row of maps, of the windows of one sample.
template <typename Value>
struct FoldedLine {
  const Value* windows = nullptr;
  const Windows* shape = nullptr;
  const Value* bias = nullptr;  ///< None where there is none.
  int64_t row = 0;
  Value* out = nullptr;
};

struct Fold {
  /// Windows that see row or column `at`, and where in them: place * stride + k = at + padding.
  struct Seen {
    int64_t first_k, last_place, count;
  };

  DIABOLO_PART static Seen seen(int64_t at, int64_t places, const Windows& shape) {
    const int64_t padded = at + shape.padding;
    const int64_t last = std::min(padded / shape.stride, places - 1);
    const int64_t first = std::max(int64_t{0}, (padded - shape.kernel) / shape.stride + 1);
    const int64_t least = padded < shape.kernel ? 0 : first;
    return {padded - last * shape.stride, last, std::max(int64_t{0}, last - least + 1)};
  }

  template <typename Floats, typename Value>
  DIABOLO_PART static double pass(const FoldedLine<Value>& line) {
    const Windows& shape = *line.shape;
    const Seen rows = seen(line.row, shape.rows, shape);
    Value* out = line.out;
    for (int64_t x = 0; x < shape.width; ++x, out += shape.channels) {
      const Seen columns = seen(x, shape.columns, shape);
      for (int64_t channel = 0; channel < shape.channels; channel += kLanesOf<Floats>) {
        const int64_t count = shape.channels - channel;
        Floats sums{};
        if (line.bias != nullptr) sums = load<Floats>(line.bias + channel, count);
        for (int64_t i = 0; i < rows.count; ++i) {
          for (int64_t j = 0; j < columns.count; ++j) {
            const int64_t place = (rows.last_place - i) * shape.columns + columns.last_place - j;
            const int64_t k = (rows.first_k + i * shape.stride) * shape.kernel + columns.first_k +
                              j * shape.stride;
            sums += load<Floats>(
                line.windows + place * shape.values() + k * shape.channels + channel, count);
          }
        }
        store(sums, out + channel, count);
      }
    }
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
    unfold_line(from + line.sample * shape.pixels() * shape.channels, shape, line,
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
    pass({.windows = from + line.sample * shape.places() * shape.values(),
          .shape = &shape,
          .bias = added,
          .row = line.row,
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
