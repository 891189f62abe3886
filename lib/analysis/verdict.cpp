#include "lib/analysis/verdict.hpp"

#include <cmath>
#include <cstdlib>

#include "lib/formats/messages.hpp"

namespace diabolo {
namespace {

constexpr double kLevel = 0.03;      // Of PCA's error: less of a difference is none.
constexpr double kRounding = 1e-9;   // Of scaled values or pixels, in float32.
constexpr double kSeveralTimes = 2;  // From here on a ratio says more than a percentage.

/// "3.2", "27".
std::string rounded(double ratio) {
  const int64_t tenths = std::llround(10 * ratio);
  if (tenths >= 1000) return "over 100";
  if (tenths >= 100) return std::to_string(std::llround(ratio));
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

/// "18 rows", "1 image", "these rows".
std::string counted(const Judged& judged) {
  const std::string word = judged.rows ? "row" : "image";
  if (judged.samples == 0) return "these " + word + "s";
  return formats::counted(static_cast<uint64_t>(judged.samples), word);
}

bool are_few(const Judged& judged) { return judged.samples > 0 && judged.samples < kFewJudged; }

/// The best of many epochs is the best on these samples by chance, too; PCA had no such choice.
std::string caution(const Judged& judged, bool gains) {
  if (!are_few(judged)) return "";
  const std::string few = " Fewer than " + std::to_string(kFewJudged) + " prove little";
  if (!gains) return few + ".";
  if (!judged.chose_epoch) return few + ": judge it on more.";
  return few +
         ", and the best epoch was chosen on them, which flatters the network: keep more apart "
         "(--validation 0.3), or judge it on a file of its own.";
}

/// "2.1 times", "12 %".
std::string size_of_gain(double share) {
  if (share * kSeveralTimes < 1) return rounded(1 / share) + " times";
  return std::to_string(std::lround(100 * (1 - share))) + " %";
}

Verdict on_training_samples(const Judged& judged, double share) {
  const std::string these = counted(judged);
  if (share >= 1 - kLevel) {
    return {.sentence = "Even on the " + (judged.samples == 0 ? "samples" : these) +
                        " that it was trained on, the network does no better than PCA of the same "
                        "size: take PCA.",
            .headline = "take PCA",
            .below = "its error is no greater"};
  }
  return {.sentence = "The network leaves " + size_of_gain(share) +
                      " less error than PCA of the same size, but on the " +
                      (judged.samples == 0 ? "samples" : these) +
                      " that it was trained on, which a network can learn by heart: look at the "
                      "picture, not at the error.",
          .headline = size_of_gain(share) + " less",
          .below = "error than PCA, on what it was trained on"};
}

Verdict of_gain(const Judged& judged, double share) {
  const bool bends = share * kSeveralTimes < 1 && !are_few(judged);
  return {.sentence = "On " + counted(judged) + " the network leaves " + size_of_gain(share) +
                      " less error than PCA of the same size" +
                      (bends ? ": the samples bend where PCA is straight." : ".") +
                      caution(judged, /*gains=*/true),
          .headline = size_of_gain(share) + " less",
          .below = "error than PCA" + (are_few(judged) ? ", on " + counted(judged) + " only" : "")};
}

Verdict of_pca(const Judged& judged, double share) {
  const std::string more = std::to_string(std::lround(100 * (share - 1))) + " % more";
  if (share < 1 + kLevel) {
    return {.sentence = "On " + counted(judged) +
                        " PCA of the same size does as well, and is simpler: the network is not "
                        "worth it here, take PCA." +
                        caution(judged, /*gains=*/false),
            .headline = "take PCA",
            .below = "its error is the same"};
  }
  return {.sentence = "On " + counted(judged) +
                      " PCA of the same size leaves less error (the network " + more +
                      "): take PCA, or train longer." + caution(judged, /*gains=*/false),
          .headline = more,
          .below = "error than PCA"};
}

}  // namespace

Verdict verdict(const Judged& judged) {
  if (judged.model <= 0 || judged.pca <= kRounding) {
    return {.sentence = "PCA rebuilds these samples exactly: take PCA.",
            .headline = "take PCA",
            .below = "it is exact"};
  }
  const double share = judged.model / judged.pca;
  if (judged.trained_on) return on_training_samples(judged, share);
  return share < 1 - kLevel ? of_gain(judged, share) : of_pca(judged, share);
}

}  // namespace diabolo
