#pragma once

#include <cstdint>
#include <string>

namespace diabolo {

/// Of fewer samples, what a verdict says of a network's gain comes with a caution.
inline constexpr int64_t kFewJudged = 30;

/// Errors of a network and of PCA with as many numbers, on the same samples.
struct Judged {
  double model = 0, pca = 0;  ///< MSE per value.
  int64_t samples = 0;        ///< That both are means over; 0 when nobody knows.
  bool rows = false;          ///< Of a table; or images.
  bool trained_on = false;    ///< The network was trained on these very samples.
  bool chose_epoch = false;   ///< Training kept the weights that were best on them.
};

/// What a person should conclude from two errors.
struct Verdict {
  std::string sentence;  ///< Whether the network gains over PCA, how surely, or to take PCA.
  std::string headline;  ///< The same as few words: "2.1 x less", "12 % more", "take PCA".
  std::string below;     ///< What to write below the headline: "error than PCA, on 5 rows".
};

/// The one wording for every command and page.
Verdict verdict(const Judged& judged);

}  // namespace diabolo
