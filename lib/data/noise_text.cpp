#include <limits>
#include <stdexcept>

#include "lib/data/noise.hpp"

namespace diabolo {
namespace {

constexpr double kNoEnd = std::numeric_limits<double>::infinity();

/// Where the dash of LOW-HIGH is; not the one of 5e-04.
size_t range_dash(std::string_view level) {
  size_t dash = level.find('-', 1);
  while (dash != std::string_view::npos && level[dash - 1] == 'e') dash = level.find('-', dash + 1);
  return dash;
}

/// Where the first '+' between two kinds is; not the one of 1e+20.
size_t mixing_plus(std::string_view text) {
  size_t plus = text.find('+');
  while (plus != std::string_view::npos && plus > 0 && text[plus - 1] == 'e' &&
         plus + 1 < text.size() && text[plus + 1] >= '0' && text[plus + 1] <= '9') {
    plus = text.find('+', plus + 1);
  }
  return plus;
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

NoiseKind read_kind(std::string_view word, std::string_view text) {
  NoiseKind kind{};
  try {
    from_text(word, kind);
    return kind;
  } catch (const std::invalid_argument&) {
    const auto words = enum_words<NoiseKind>();
    const std::string guess = nearest(word, words);
    std::string list = "none";
    for (const auto& known : words) list += ", " + known;
    throw std::invalid_argument(
        "unknown noise " + quoted(text) + (guess.empty() ? "" : "; did you mean '" + guess + "'?") +
        " (" + list + "; each but none with its level, as gaussian:0.3 or " + "gaussian:0-0.6)");
  }
}

std::string range_of(const NoiseLevel& level) {
  if (level.most == kNoEnd) return to_text(level.least) + " or more";
  return "from " + to_text(level.least) + " to " + to_text(level.most);
}

void check_level(const NoisePart& part, std::string_view text) {
  const NoiseLevel& level = level_of(part.kind);
  for (const double value : {part.low, part.high}) {
    if (value >= level.least && value <= level.most) continue;
    throw std::invalid_argument(quoted(text) + ": the level of " + to_text(part.kind) + " is " +
                                std::string(level.is) + ", " + range_of(level) + "; found " +
                                to_text(value));
  }
  if (part.low > part.high) {
    throw std::invalid_argument(quoted(text) + ": of two levels write the lower one first");
  }
}

NoisePart read_part(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view word = text.substr(0, colon);
  const bool has_level = colon != std::string_view::npos;
  if (word == "none") {
    throw std::invalid_argument(quoted(text) + ": write none alone");
  }
  NoisePart part{.kind = read_kind(word, text), .low = 0, .high = 0};
  if (!has_level) {
    throw std::invalid_argument(quoted(text) + ": write the level too, as " + std::string(word) +
                                (level_of(part.kind).less_is_worse ? ":30" : ":0.3"));
  }
  const std::string_view level = text.substr(colon + 1);
  const size_t dash = range_dash(level);
  from_text(level.substr(0, dash), part.low);
  part.high = part.low;
  if (dash != std::string_view::npos) from_text(level.substr(dash + 1), part.high);
  check_level(part, text);
  return part;
}

}  // namespace

const NoiseLevel& level_of(NoiseKind kind) {
  static constexpr std::string_view kDeviation = "a standard deviation";
  static constexpr NoiseLevel kGaussian{"SIGMA", kDeviation, 0, kNoEnd, true, false};
  static constexpr NoiseLevel kSaltPepper{"SHARE", "a share of values", 0, 1, false, false};
  static constexpr NoiseLevel kSpeckle{"SIGMA", kDeviation, 0, kNoEnd, true, false};
  static constexpr NoiseLevel kPoisson{"PHOTONS", "the photons of a white pixel", 0.01, 1e6, false,
                                       true};
  static constexpr NoiseLevel kMask{"SHARE", "a share of pixels", 0, 1, true, false};
  static constexpr NoiseLevel kJpeg{"QUALITY", "a quality", 1, 100, false, true};
  switch (kind) {
    case NoiseKind::kGaussian:
      return kGaussian;
    case NoiseKind::kSaltPepper:
      return kSaltPepper;
    case NoiseKind::kSpeckle:
      return kSpeckle;
    case NoiseKind::kPoisson:
      return kPoisson;
    case NoiseKind::kMask:
      return kMask;
    case NoiseKind::kJpeg:
      return kJpeg;
  }
  throw std::logic_error("a kind of noise without a level");
}

Noise gaussian_noise(double low, double high) {
  return {.parts = {{.kind = NoiseKind::kGaussian, .low = low, .high = high}}};
}

std::string to_text(const Noise& noise) {
  if (noise.none()) return "none";
  std::string text;
  for (const auto& part : noise.parts) {
    text += (text.empty() ? "" : "+") + to_text(part.kind) + ":" + to_text(part.low);
    if (part.low != part.high) text += "-" + to_text(part.high);
  }
  return text;
}

void from_text(std::string_view text, Noise& noise) {
  Noise result;
  if (text != "none") {
    size_t plus = mixing_plus(text);
    for (; plus != std::string_view::npos; plus = mixing_plus(text)) {
      result.parts.push_back(read_part(text.substr(0, plus)));
      text.remove_prefix(plus + 1);
    }
    result.parts.push_back(read_part(text));
  }
  noise = result;
}

std::string beyond_training(const Noise& asked, const Noise& trained) {
  constexpr double kFar = 1.5;  // Times the worst level of training.
  if (asked.none()) return "";
  if (trained.none()) return "the model was trained without noise, and does not take it out";
  for (const auto& part : asked.parts) {
    const bool less_is_worse = level_of(part.kind).less_is_worse;
    bool known = false;
    bool near = false;
    for (const auto& seen : trained.parts) {
      if (seen.kind != part.kind) continue;
      known = true;
      near = near || (less_is_worse ? part.low * kFar >= seen.low : part.high <= kFar * seen.high);
    }
    if (near) continue;
    return "the model was trained on " + to_text(trained) +
           (known ? ", and " + to_text(asked) + " is far more: expect less of it"
                  : ", and never saw " + to_text(part.kind) + ": expect less of it");
  }
  return "";
}

void require_for_tables(const Noise& noise) {
  for (const auto& part : noise.parts) {
    if (level_of(part.kind).for_tables) continue;
    throw std::invalid_argument("noise: " + to_text(part.kind) +
                                " is for images; give rows of a table gaussian, speckle or mask");
  }
}

}  // namespace diabolo
