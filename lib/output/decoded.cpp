#include <torch/utils.h>

#include <stdexcept>

#include "lib/analysis/evaluate.hpp"
#include "lib/data/sample_stream.hpp"
#include "lib/data/table_values.hpp"
#include "lib/output/codes.hpp"
#include "lib/output/sample_sink.hpp"

namespace diabolo {
namespace {

constexpr int64_t kBatch = 1000;

/// Columns that the network does not see, but that nobody asked to drop: they belong to the table.
std::vector<std::string> constant_columns(const TrainedModel& model, const DataOptions& data) {
  std::vector<std::string> names = model.table ? model.table->left_out : std::vector<std::string>();
  const auto trained = split_names(model.data.drop);
  const auto now = split_names(data.drop);
  std::erase_if(names, [&](const std::string& name) {
    return contains(trained, name) || contains(now, name) || name == data.label || name == data.id;
  });
  return names;
}

}  // namespace

void write_decoded(const TrainedModel& model, const CodesFile& codes,
                   const std::filesystem::path& path) {
  if (codes.size() == 0) throw std::invalid_argument("there are no codes to decode");
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  const auto sink = make_sink(path, model, codes.size());
  codes.for_each_batch([&](const torch::Tensor& batch, const Dataset& of) {
    sink->add(network->decode(batch).contiguous(torch::MemoryFormat::Contiguous), &of);
  });
  sink->finish();
}

Written write_reconstructed(const TrainedModel& model, const DataOptions& data, Part part,
                            const std::filesystem::path& path) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  const bool counted = path.extension() == ".npy";
  const auto sink = make_sink(path, model, counted ? count_samples(data, part, model.table) : 0);
  const auto stream = open_data(data, part, model.table, constant_columns(model, data));
  Written written;
  for (Dataset some = stream->next(kBatch); some.size() > 0; some = stream->next(kBatch)) {
    some.name = data.data;
    require_same_shape(model, some);
    const auto rebuilt = network->forward(to_unit(some.samples));
    sink->add(rebuilt.contiguous(torch::MemoryFormat::Contiguous), &some);
    written.samples += some.size();
    written.dropped += some.dropped;
  }
  if (written.samples == 0) throw std::invalid_argument("'" + data.data + "' holds no samples");
  sink->finish();
  return written;
}

}  // namespace diabolo
