#pragma once

#include "lib/data/noise.hpp"
#include "lib/training/loss.hpp"
#include "lib/training/optimizer.hpp"
#include "lib/training/precision.hpp"
#include "lib/training/schedule.hpp"
#include "lib/training/sparsity.hpp"

namespace diabolo {

/// Help of --noise where networks are trained.
inline constexpr std::string_view kNoiseHelp =
    "noise on the input, not on the target: none, gaussian:SIGMA, salt-pepper:SHARE, "
    "speckle:SIGMA, "
    "poisson:PHOTONS, mask:SHARE, jpeg:QUALITY; LOW-HIGH in place of a level draws one for each "
    "image; + mixes, as gaussian:0.1+mask:0.2; SIGMA in units of pixels that run from 0 to 1, "
    "PHOTONS those of a white pixel, the result clipped to [0, 1]; of tables in units of scaled "
    "values";

/// How training reads its samples.
enum class Reading {
  kAuto,      ///< In blocks where a file that allows it takes more than 2 GB of memory.
  kWhole,     ///< Once, into memory.
  kInBlocks,  ///< From the file, some blocks of it at a time, in each epoch again.
};
template <>
inline constexpr auto kEnumNames<Reading> =
    std::array{std::pair{Reading::kAuto, "auto"}, std::pair{Reading::kWhole, "whole"},
               std::pair{Reading::kInBlocks, "blocks"}};

/// How a network is trained. The defaults are those of `diabolo train`.
struct TrainerOptions {
  std::optional<int64_t> epochs = 10;   ///< When not set: until the loss stands still.
  std::optional<int64_t> batch_size;    ///< When not set: by the number of samples.
  std::optional<double> learning_rate;  ///< At its peak; when not set: by the kind of network.
  Schedule schedule = Schedule::kAuto;
  double warmup = 0.05;  ///< Share of all steps.
  OptimizerKind optimizer = OptimizerKind::kAdamW;
  std::optional<double> weight_decay;  ///< When not set: by the optimizer and the kind of data.
  double beta2 = 0.99;
  Loss loss = Loss::kBce;
  Noise noise;
  double beta = 1;
  Sparsity sparsity;
  double contractive = 0;
  bool tied = false;
  int64_t shift = 1;  ///< Pixels.
  bool augment = false;
  Reading read = Reading::kAuto;
  std::optional<double> validation;  ///< When not set: by the kind and number of samples.
  int64_t patience = 0;
  int64_t restarts = 1;
  int64_t seed = 0;
  Precision precision = Precision::kAuto;
  std::string device = "auto";
  int64_t threads = 0;

  /// The defaults for tables: squared error, nothing moved, trained until the loss stands still;
  /// of kVeryFewRows to kFewRows with noise on the input.
  static TrainerOptions for_tables(int64_t rows);

  /// Of options that are resolved().
  OptimizerOptions optimizer_options() const;
  /// The share of `samples` to keep apart: `validation`, or 0.05; of a table 0.1, and nothing of
  /// fewer than kVeryFewRows.
  double validation_share(int64_t samples, bool table) const;
  /// With a schedule, a batch size, a learning rate, a weight decay and a number of threads where
  /// they are not set:
  /// batches of 256, or smaller so that an epoch of few samples still has some 24 steps, but up to
  /// kFewRows in one batch where the loss decides when to stop; 0.008 for dense networks, 0.015 for
  /// convolutional ones, which were the best of those tried on MNIST's validation samples, and
  /// 0.005 for those with a map for a code, which can be deep; all of LibTorch's threads, or as
  /// many as the steps of a small dense network can keep busy.
  TrainerOptions resolved(const AutoencoderOptions& model, int64_t samples) const;
  /// Throws std::invalid_argument naming the field and the rule.
  void validate() const;

  template <typename Self, typename Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit("epochs", "passes over the training samples; auto: until the loss stands still",
          self.epochs, kAtLeastOne);
    visit("batch_size", "samples per step; auto: 256, or fewer for small data", self.batch_size,
          kAtLeastOne);
    visit("learning_rate",
          "peak learning rate; auto: 0.008 for dense, 0.015 for conv, 0.005 with --code map",
          self.learning_rate, kAboveZero);
    visit("schedule",
          "of the learning rate: constant, cosine (to zero), or plateau (halved when the loss "
          "stands still); auto: cosine, or plateau with --epochs auto",
          self.schedule, kAnyValue);
    visit("warmup", "share of the steps in which the rate rises", self.warmup, kBelowOne);
    visit(
        "optimizer",
        "adamw, adam, sgd, or muon for the matrices between the first layer and the last and adamw "
        "for the rest",
        self.optimizer, kAnyValue);
    visit("weight_decay",
          "pull of the weights towards zero; auto: with adamw and muon 0.05, of a table 0.01; with "
          "adam and sgd 0, as they scale it with the gradient",
          self.weight_decay, kAtLeastZero);
    visit("beta2", "memory of Adam's second moment", self.beta2, kBelowOne);
    visit("loss", "bce, mse, huber or l1", self.loss, kAnyValue);
    visit("noise", kNoiseHelp, self.noise, kAnyValue);
    visit("beta",
          "weight of the divergence of a variational network's codes from the standard normal",
          self.beta, kAtLeastZero);
    visit("sparsity",
          "keep codes sparse: none, l1:WEIGHT on their size, or kl:SHARE of samples that each "
          "number is active in",
          self.sparsity, kAnyValue);
    visit("contractive",
          "keep codes from following small changes of a sample: weight of their squared derivative",
          self.contractive, kAtLeastZero);
    visit("tied", "each weight of the decoder is the encoder's transposed (dense)", self.tied,
          kAnyValue);
    visit("shift", "move images by up to so many pixels while training", self.shift, kAtLeastZero);
    visit("augment",
          "mirror and turn images at random while training: a square in 8 ways, another rectangle "
          "in 4",
          self.augment, kAnyValue);
    visit(
        "read",
        "whole: samples into memory, once; blocks: from the file again and again, for data larger "
        "than memory (NPY and IDX without compression); auto: blocks above 2 GB",
        self.read, kAnyValue);
    visit("validation",
          "share of the samples kept apart to choose the best epoch; auto: 0.05, of a table 0.1, "
          "and none of fewer than 40 rows",
          self.validation, kBelowOne);
    visit("patience", "stop after so many epochs without a better one; 0: never", self.patience,
          kAtLeastZero);
    visit("restarts", "times to start again with other weights when the code has collapsed",
          self.restarts, kAtLeastZero);
    visit("seed", "of weights, split, order and noise", self.seed, kAtLeastZero);
    visit("precision", "auto, fp32 or bf16", self.precision, kAnyValue);
    visit("device", "auto, cpu, cuda or cuda:N", self.device, kAnyValue);
    visit("threads", "processor threads; 0: one per core, fewer for small networks", self.threads,
          kThreadCount);
  }
};

}  // namespace diabolo
