#include <gmock/gmock.h>
#include <torch/types.h>
#include <torch/utils.h>

#include "lib/analysis/compress.hpp"
#include "lib/analysis/rate_curve.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Dataset pictures(int64_t count = 600) {
  Dataset dataset = dataset_of(noisy_bytes({count, 1, 6, 6}), "pictures");
  dataset.labels = torch::arange(count).remainder(3);
  return dataset;
}

TrainedModel compressor(const std::vector<int64_t>& hidden = {12}) {
  TrainedModel model;
  model.network =
      Autoencoder(AutoencoderOptions{.hidden = hidden, .latent = 5, .sample_shape = {1, 6, 6}});
  model.network->initialise(1, mean_sample(pictures()));
  model.network->eval();
  model.pca = fit_companion_pca(model.network, pictures());
  model.sha256 = std::string(64, '7');
  return model;
}

/// All that a file is decoded to.
torch::Tensor decoded(const TrainedModel& model, const formats::CodeFile& file, int64_t first,
                      int64_t count, std::vector<int64_t>* labels = nullptr) {
  std::vector<torch::Tensor> parts;
  decompress(model, file, "f", first, count,
             [&](const torch::Tensor& samples, const torch::Tensor& some) {
               parts.push_back(samples);
               for (int64_t i = 0; labels != nullptr && i < some.size(0); ++i) {
                 labels->push_back(some[i].item<int64_t>());
               }
             });
  return torch::cat(parts);
}

TEST(UnitAxes, GiveCodesBack) {
  const Dataset dataset = pictures();
  const TrainedModel model = compressor();
  const CodeSource source = network_source(model, dataset, false);
  for (const UnitAxes& axes : {plain_axes(source), main_axes(source)}) {
    const auto back = axes.units.mm(axes.to_codes) + axes.centre;
    EXPECT_TRUE(torch::allclose(back, source.codes.to(torch::kFloat64), 1e-4, 1e-5));
  }
}

TEST(UnitAxes, MakeEqualErrorsOfUnitsEqualErrorsOfTheOutput) {
  const Dataset dataset = pictures();
  const TrainedModel model = compressor({});  // Linear, but for the sigmoid.
  CodeSource source = network_source(model, dataset, false);
  const auto basis = torch::randn({5, 36}, torch::kFloat64);
  source.metric = basis.mm(basis.t());  // Of a linear decoder z basis.
  const UnitAxes axes = main_axes(source);
  const auto seen = axes.to_codes.mm(basis);  // What a step along each unit does.
  EXPECT_TRUE(torch::allclose(seen.mm(seen.t()), torch::eye(5, torch::kFloat64), 1e-6, 1e-6));
  const auto covariance = axes.units.t().mm(axes.units);
  const auto off = covariance - covariance.diagonal().diag();
  EXPECT_LT(off.abs().max().item<double>(), 1e-6 * covariance.max().item<double>());
}

TEST(Compress, KeepsToTheErrorThatIsAskedFor) {
  const Dataset dataset = pictures();
  const TrainedModel model = compressor();
  const CodeSource source = network_source(model, dataset, false);
  const double floor = source.mse(source.codes);
  for (const double factor : {1.001, 1.01, 1.1}) {
    const auto found = compress_to_error(source, factor * floor);
    ASSERT_TRUE(found);
    EXPECT_LE(found->mse, factor * floor);
    const auto rebuilt = decoded(model, found->file, 0, dataset.size());
    EXPECT_NEAR((rebuilt - to_unit(dataset.samples)).square().mean().item<double>(), found->mse,
                1e-6);
    EXPECT_EQ(found->bytes, static_cast<int64_t>(formats::code_file_bytes(found->file).size()));
  }
  EXPECT_FALSE(compress_to_error(source, 0.5 * floor));
}

// A network that was not trained rebuilds no better from its code than from any; PCA does.
TEST(Compress, UsesTheErrorThatIsAllowed) {
  const Dataset dataset = pictures();
  const TrainedModel model = compressor();
  const CodeSource source = pca_source(model.pca, model, dataset);
  const double floor = source.mse(source.codes);
  int64_t last = std::numeric_limits<int64_t>::max();
  for (const double factor : {1.001, 1.01, 1.1}) {
    const auto found = compress_to_error(source, factor * floor);
    ASSERT_TRUE(found);
    EXPECT_LE(found->mse, factor * floor);
    EXPECT_GE(found->mse, (1 + (factor - 1) * 0.8) * floor);
    EXPECT_LT(found->bytes, last);
    last = found->bytes;
  }
}

TEST(Compress, KeepsToTheSizeThatIsAskedFor) {
  const Dataset dataset = pictures();
  const TrainedModel model = compressor();
  const CodeSource source = pca_source(model.pca, model, dataset);
  double last = std::numeric_limits<double>::infinity();
  for (const double bits : {6.0, 12.0, 24.0}) {
    const auto found = compress_to_bits(source, bits);
    ASSERT_TRUE(found) << bits;
    EXPECT_LE(8.0 * static_cast<double>(found->bytes), bits * 600);
    EXPECT_GE(8.0 * static_cast<double>(found->bytes), 0.8 * bits * 600);
    EXPECT_LT(found->mse, last);
    last = found->mse;
  }
  EXPECT_FALSE(compress_to_bits(source, 0.01));
}

TEST(Compress, TakesSamplesOfAnySetOfBlocks) {
  const Dataset dataset = pictures();
  const TrainedModel model = compressor();
  const auto found = compress_to_bits(network_source(model, dataset, true), 24);
  std::vector<int64_t> labels;
  const auto all = decoded(model, found->file, 0, 600, &labels);
  EXPECT_EQ(labels, std::vector<int64_t>(dataset.labels.const_data_ptr<int64_t>(),
                                         dataset.labels.const_data_ptr<int64_t>() + 600));
  for (const auto& [first, count] : {std::pair<int64_t, int64_t>{0, 1}, {255, 2}, {599, 1}}) {
    const auto some = decoded(model, found->file, first, count);
    EXPECT_TRUE(torch::allclose(some, all.narrow(0, first, count), 1e-5, 1e-6)) << first;
  }
  EXPECT_THROW(decoded(model, found->file, 599, 2), std::invalid_argument);
}

TEST(Compress, IsForOneModel) {
  const Dataset dataset = pictures(20);
  TrainedModel model = compressor();
  const auto found = compress_to_error(network_source(model, dataset, false), 1.0);
  model.sha256 = std::string(64, '8');
  EXPECT_THAT([&] { decoded(model, found->file, 0, 1); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("made with another model")));
}

TEST(Compress, HoldsSamplesThatAreAllTheSame) {
  Dataset dataset = pictures(10);
  dataset.samples = dataset.samples.narrow(0, 0, 1).expand({10, 1, 6, 6}).contiguous();
  const TrainedModel model = compressor();
  const auto found = compress_to_error(network_source(model, dataset, false), 1.0);
  ASSERT_TRUE(found);
  EXPECT_EQ(decoded(model, found->file, 0, 10).size(0), 10);
}

TEST(RateCurve, FallsForNetworkAndPca) {
  const Dataset dataset = pictures();
  const TrainedModel model = compressor();
  const CodeSource source = network_source(model, dataset, false);
  const Pca pca = fit_pca(dataset, 36);
  const CodeSource linear = pca_source(pca, model, dataset);
  EXPECT_NEAR(linear.mse(linear.codes), 0, 1e-6);
  const auto points = rate_curve(linear, {0.001, 0.01, 0.03});
  ASSERT_EQ(points.size(), 3U);
  EXPECT_GT(points[0].bytes, points[1].bytes);
  EXPECT_GT(points[1].bytes, points[2].bytes);
  const auto errors = curve_errors(source, 4);
  ASSERT_EQ(errors.size(), 4U);
  EXPECT_EQ(rate_curve(source, errors).size(), 4U);
}

TEST(CodecPoint, FindsTheQualityThatAnErrorTakes) {
  const Dataset dataset = pictures(64);
  for (const Codec codec : {Codec::kJpeg, Codec::kWebp}) {
    const auto coarse = codec_point(dataset, codec, 0.02);
    const auto fine = codec_point(dataset, codec, 0.005);
    ASSERT_TRUE(coarse && fine);
    EXPECT_LE(fine->mse, 0.005);
    EXPECT_LT(coarse->bytes, fine->bytes);
  }
  EXPECT_FALSE(codec_point(dataset, Codec::kJpeg, 0));
  EXPECT_GT(png_bytes(dataset), 36);  // Noise does not compress.
}

}  // namespace
}  // namespace diabolo
