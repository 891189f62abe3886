#include <gmock/gmock.h>

#include "lib/formats/file.hpp"
#include "lib/training/config.hpp"
#include "lib/training/run_folder.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {
namespace {

using formats::TemporaryFolder;
using formats::write_file_atomically;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;
using testing::ThrowsMessage;

RunOptions read_config(const std::string& text) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "config.toml", text);
  RunOptions options;
  read_run_config(folder / "config.toml", options);
  return options;
}

void expect_refused(const std::string& text, const std::string& part) {
  EXPECT_THAT([&] { read_config(text); }, ThrowsMessage<std::invalid_argument>(
                                              AllOf(HasSubstr("config.toml:"), HasSubstr(part))))
      << text;
}

/// Every field with another value than its default.
RunOptions changed_options() {
  RunOptions options;
  options.data = {.data = "a \"quoted\" \\path's", .data_dir = "señal/\t1", .size = "8x9"};
  options.model = {.arch = Architecture::kConv,
                   .hidden = {},
                   .channels = {3},
                   .latent = 7,
                   .code = CodeShape::kMap,
                   .activation = Activation::kLeakyRelu,
                   .output = Output::kLinear};
  options.training.epochs = 3;
  options.training.batch_size = 17;
  options.training.learning_rate = 1e-5;
  options.training.schedule = Schedule::kConstant;
  options.training.warmup = 0;
  options.training.optimizer = OptimizerKind::kSgd;
  options.training.weight_decay = 1;
  options.training.beta2 = 1.0 / 3;
  options.training.loss = Loss::kHuber;
  options.training.noise = gaussian_noise(0.25, 0.5);
  options.training.shift = 0;
  options.training.validation = 0.125;
  options.training.patience = 4;
  options.training.seed = 9223372036854775807;
  options.training.precision = Precision::kBf16;
  options.training.device = "cuda:1";
  options.training.threads = 2;
  return options;
}

TEST(RunConfig, ReadsBackEveryFieldThatItWrites) {
  const std::string text = run_config_text(changed_options());
  EXPECT_NE(text, run_config_text(RunOptions{}));
  const RunOptions read = read_config(text);
  EXPECT_EQ(run_config_text(read), text);
  EXPECT_EQ(read.data.data, changed_options().data.data);
  EXPECT_EQ(read.data.data_dir, changed_options().data.data_dir);
  EXPECT_EQ(read.model.hidden, std::vector<int64_t>{});
  EXPECT_EQ(read.training.learning_rate, 1e-5);
  EXPECT_EQ(read.training.beta2, 1.0 / 3);
  EXPECT_EQ(read.training.seed, 9223372036854775807);
  EXPECT_EQ(read.training.noise, changed_options().training.noise);
}

TEST(RunConfig, ReadsBackANoiseThatIsVeryWeak) {
  RunOptions options;
  options.training.noise = gaussian_noise(5e-4, 5e-4);
  EXPECT_EQ(read_config(run_config_text(options)).training.noise, options.training.noise);
}

TEST(RunConfig, ExplainsEachFieldAboveIt) {
  const std::string text = run_config_text(RunOptions{});
  EXPECT_THAT(text,
              HasSubstr("[training]\n# passes over the training samples; auto: until the loss "
                        "stands still\nepochs = 10\n"));
  EXPECT_THAT(text, HasSubstr("\nhidden = [ 512, 256 ]\n"));
  EXPECT_THAT(text, HasSubstr("\nwarmup = 0.05\n"));
}

TEST(RunConfig, LeavesFieldsAloneThatAreNotInTheFile) {
  const RunOptions options = read_config("[training]\nepochs = 2\nlearning_rate = 1\n");
  EXPECT_EQ(options.training.epochs, 2);
  EXPECT_EQ(options.training.learning_rate, 1.0);
  EXPECT_EQ(options.training.batch_size, TrainerOptions{}.batch_size);
  EXPECT_EQ(options.model.latent, AutoencoderOptions{}.latent);
}

TEST(RunConfig, SuggestsTheNearestForAnUnknownFieldOrSection) {
  expect_refused("[training]\nepoch = 2\n", "unknown field 'epoch'; did you mean 'epochs'?");
  expect_refused("[training]\nepoch = 2\n", "in [training]");
  expect_refused("[model]\nepochs = 2\n", "unknown field 'epochs'");
  expect_refused("[trainig]\nepochs = 2\n", "unknown section 'trainig'; did you mean 'training'?");
}

TEST(RunConfig, NamesTheLineOfWhatIsNoToml) {
  expect_refused("[training]\nepochs = \n", "config.toml:2: ");
  expect_refused("[training]\nepochs = 1\nepochs = 2\n", "config.toml:3: ");
  expect_refused("# first\nepochs = 2\n", "config.toml:2: 'epochs' stands in no section");
}

TEST(RunConfig, NamesTheFieldOfAWrongValue) {
  expect_refused("[training]\nepochs = 'many'\n", "epochs: 'many' is not a whole number");
  expect_refused("[training]\nepochs = 1.5\n", "epochs: '1.5' is not a whole number");
  expect_refused("[training]\nepochs = true\n", "epochs: 'true'");
  expect_refused("[training]\nlearning_rate = nan\n", "learning_rate: ");
  expect_refused("[training]\nloss = 'msee'\n", "did you mean 'mse'?");
  expect_refused("[training]\nnoise = 'gaussian'\n", "noise: ");
  expect_refused("[model]\n\nhidden = [1, 2.5]\n", "config.toml:3: hidden: a list holds whole");
  expect_refused("[training]\nepochs = 2020-01-01\n", "config.toml:2: epochs: give a number");
}

TEST(RunConfig, OfAMissingFileIsRefused) {
  RunOptions options;
  EXPECT_THROW(read_run_config("/nowhere/config.toml", options), std::invalid_argument);
}

TEST(RunOptions, AreValidByDefaultAndNameWhatDoesNotGoTogether) {
  EXPECT_NO_THROW(RunOptions{}.validate());
  RunOptions options;
  options.model.output = Output::kLinear;
  EXPECT_THAT([&] { options.validate(); },
              ThrowsMessage<std::invalid_argument>(
                  AllOf(HasSubstr("bce needs output sigmoid"), HasSubstr("mse"))));
  options = {};
  options.data.size = "0x0";
  EXPECT_THROW(options.validate(), std::invalid_argument);
  options = {};
  options.training.batch_size = 0;
  EXPECT_THAT([&] { options.validate(); },
              ThrowsMessage<std::invalid_argument>(StartsWith("batch_size: found 0")));
}

TEST(TrainerOptions, AreValidByDefaultAndNameEachBadField) {
  EXPECT_NO_THROW(TrainerOptions{}.validate());
  const auto expect = [](auto TrainerOptions::* field, auto bad, const std::string& name) {
    TrainerOptions options;
    options.*field = bad;
    EXPECT_THAT([&] { options.validate(); },
                ThrowsMessage<std::invalid_argument>(testing::StartsWith(name + ": found ")));
  };
  expect(&TrainerOptions::epochs, 0, "epochs");
  expect(&TrainerOptions::batch_size, 0, "batch_size");
  expect(&TrainerOptions::learning_rate, 0.0, "learning_rate");
  expect(&TrainerOptions::warmup, 1.0, "warmup");
  expect(&TrainerOptions::weight_decay, -0.1, "weight_decay");
  expect(&TrainerOptions::beta2, 1.0, "beta2");
  expect(&TrainerOptions::shift, -1, "shift");
  expect(&TrainerOptions::validation, 1.0, "validation");
  expect(&TrainerOptions::patience, -1, "patience");
  expect(&TrainerOptions::seed, -1, "seed");
  expect(&TrainerOptions::threads, -1, "threads");
}

TEST(TrainerOptions, ChooseBatchSizeAndLearningRateUnlessTheyAreGiven) {
  const AutoencoderOptions network;
  const AutoencoderOptions conv{.arch = Architecture::kConv};
  const auto dense = TrainerOptions{}.resolved(network, 57000);
  EXPECT_EQ(dense.batch_size, 256);
  EXPECT_EQ(dense.learning_rate, 0.008);
  EXPECT_EQ(TrainerOptions{}.resolved(conv, 57000).learning_rate, 0.015);
  const AutoencoderOptions map{.arch = Architecture::kConv, .code = CodeShape::kMap};
  EXPECT_EQ(TrainerOptions{}.resolved(map, 57000).learning_rate, 0.005);
  EXPECT_EQ(TrainerOptions{}.resolved(network, 1900).batch_size, 64);
  EXPECT_EQ(TrainerOptions{}.resolved(network, 3).batch_size, 16);
  TrainerOptions given;
  given.batch_size = 1000;
  given.learning_rate = 1;
  EXPECT_EQ(given.resolved(conv, 3).batch_size, 1000);
  EXPECT_EQ(given.resolved(conv, 3).learning_rate, 1.0);
}

TEST(TrainerOptions, ChooseWeightDecayThatSuitsTheOptimizer) {
  const AutoencoderOptions images;
  const AutoencoderOptions table{.sample_shape = {30}};
  TrainerOptions options;
  EXPECT_EQ(options.resolved(images, 1000).weight_decay, 0.05);
  EXPECT_EQ(options.resolved(table, 1000).weight_decay, 0.01);
  options.optimizer = OptimizerKind::kSgd;
  EXPECT_EQ(options.resolved(images, 1000).weight_decay, 0.0);
  options.optimizer = OptimizerKind::kAdam;
  EXPECT_EQ(options.resolved(table, 1000).weight_decay, 0.0);
  options.weight_decay = 0.3;
  EXPECT_EQ(options.resolved(images, 1000).weight_decay, 0.3);
}

TEST(TrainerOptions, ChooseOneThreadForSmallStepsUnlessANumberIsGiven) {
  const AutoencoderOptions large;
  AutoencoderOptions small{.hidden = {16}, .latent = 2, .sample_shape = {30}};
  const ThreadScope two(2);
  EXPECT_EQ(TrainerOptions{}.resolved(small, 100'000).threads, 1);
  EXPECT_EQ(TrainerOptions{}.resolved(large, 57000).threads, 2);
  TrainerOptions given;
  given.batch_size = 100'000;
  EXPECT_EQ(given.resolved(small, 100'000).threads, 2);
  given.threads = 3;
  EXPECT_EQ(given.resolved(small, 100'000).threads, 3);
  small.arch = Architecture::kConv;
  EXPECT_EQ(TrainerOptions{}.resolved(small, 100'000).threads, 2);
}

TEST(Json, IsOneObjectOfTheFieldsInOrder) {
  const std::vector<ConfigEntry> entries = {{"whole", "", int64_t{3}},
                                            {"real", "", 0.1},
                                            {"word", "", std::string("a\"b")},
                                            {"list", "", std::vector<int64_t>{1, 2}},
                                            {"truth", "", true}};
  const std::string text = to_json(entries);
  EXPECT_EQ(text, R"({"whole":3,"real":0.1,"word":"a\"b","list":[1,2],"truth":true})");
  EXPECT_THAT(
      read_json(text, "x"),
      testing::UnorderedElementsAre(Pair("whole", "3"), Pair("real", "0.1"), Pair("word", "a\"b"),
                                    Pair("list", "1,2"), Pair("truth", "true")));
}

TEST(Json, ReadsBackTheOptionsThatItWrites) {
  const auto check = [](const auto& options) {
    auto texts = read_json(to_json(entries_of(options)), "x");
    std::remove_cvref_t<decltype(options)> read;
    take_fields(texts, read, "x");
    EXPECT_TRUE(texts.empty());
    EXPECT_EQ(to_json(entries_of(read)), to_json(entries_of(options)));
  };
  check(changed_options().data);
  check(changed_options().model);
  check(changed_options().training);
}

TEST(Json, RefusesWhatIsNoObjectOfPlainValues) {
  for (const char* text :
       {"", "{", "[1]", "3", R"({"a":null})", R"({"a":{}})", R"({"a":["x"]})", R"({"a":[1.5]})"}) {
    EXPECT_THAT([&] { read_json(text, "the thing"); },
                ThrowsMessage<std::runtime_error>(StartsWith("the thing")))
        << text;
  }
}

TEST(Config, TakesTheFieldsOfOneStructAndLeavesTheRest) {
  ConfigTexts texts = {{"latent", "5"}, {"epochs", "3"}};
  AutoencoderOptions options;
  take_fields(texts, options, "here");
  EXPECT_EQ(options.latent, 5);
  EXPECT_THAT(texts, ElementsAre(Pair("epochs", "3")));
  texts = {{"latent", "five"}};
  EXPECT_THAT([&] { take_fields(texts, options, "here"); },
              ThrowsMessage<std::invalid_argument>("here: latent: 'five' is not a whole number"));
}

}  // namespace
}  // namespace diabolo
