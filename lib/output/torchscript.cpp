#include "lib/output/torchscript.hpp"

#include <torch/script.h>

#include <sstream>
#include <stdexcept>

#include "lib/formats/file.hpp"
#include "models/layer.hpp"

namespace diabolo {
namespace {

/// The name of the ATen function; each is called by it in TorchScript too.
std::string activation_call(Activation activation) {
  switch (activation) {
    case Activation::kSilu:
      return "torch.silu(x)";
    case Activation::kRelu:
      return "torch.relu(x)";
    case Activation::kGelu:
      return "torch.gelu(x)";
    case Activation::kElu:
      return "torch.elu(x)";
    case Activation::kLeakyRelu:
      return "torch.leaky_relu(x)";
    case Activation::kTanh:
      return "torch.tanh(x)";
  }
  throw std::logic_error("an activation without a TorchScript name");
}

std::string list(const std::vector<int64_t>& numbers) { return "[" + to_text(numbers) + "]"; }

std::string kept(const Layer& layer) { return "kept_" + to_text(layer.slot); }

/// What stands behind "x = ". "torch.conv2d(x, self.weight_1, self.bias_1, [2,2], [1,1])"
std::string layer_call(const Layer& layer, const std::string& index) {
  const std::string tensors = "(x, self.weight_" + index + ", self.bias_" + index;
  const std::string geometry =
      ", " + list({layer.stride, layer.stride}) + ", " + list({layer.padding, layer.padding});
  switch (layer.kind) {
    case LayerKind::kLinear:
      return "torch.linear" + tensors + ")";
    case LayerKind::kConv:
      return "torch.conv2d" + tensors + geometry + ")";
    case LayerKind::kConvTranspose:
      return "torch.conv_transpose2d" + tensors + geometry + ", " + list(layer.output_padding) +
             ")";
    case LayerKind::kActivation:
      return activation_call(layer.activation);
    case LayerKind::kSigmoid:
      return "torch.sigmoid(x)";
    case LayerKind::kReshape: {
      std::vector<int64_t> shape = {-1};
      shape.insert(shape.end(), layer.shape.begin(), layer.shape.end());
      return "torch.reshape(x, " + list(shape) + ")";
    }
    case LayerKind::kShift:
      return "x + self.bias_" + index;
    case LayerKind::kScale:
      return "x * self.weight_" + index;
    case LayerKind::kGroupNorm:
      return "torch.group_norm(x, " + to_text(layer.groups) + ", self.weight_" + index +
             ", self.bias_" + index + ", " + to_text(layer.epsilon) + ")";
    case LayerKind::kKeep:
      return "x\n    " + kept(layer) + " = x";  // TorchScript knows no a = b = c.
    case LayerKind::kAddKept:
      return kept(layer) + " + x";
    case LayerKind::kSubtractFrom:
      return kept(layer) + " - x";
    case LayerKind::kFill:
      return "torch.where(torch.isnan(x), self.bias_" + index + ", x)";
  }
  throw std::logic_error("a layer without a TorchScript form");
}

torch::jit::Module make_module(const TrainedModel& model, ModelPart part) {
  std::string name = to_text(part);
  name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  torch::jit::Module module(name);
  module.register_attribute("training", c10::BoolType::get(), false);
  std::string code = "def forward(self, x):\n";
  int64_t index = 0;
  for (const Layer& layer : part_layers(model, part)) {
    if (layer.weight.defined() || layer.bias.defined()) ++index;
    const std::string number = std::to_string(index);
    if (layer.weight.defined()) {
      module.register_parameter("weight_" + number, layer.weight.detach().contiguous(), false);
    }
    if (layer.bias.defined()) {
      module.register_parameter("bias_" + number, layer.bias.detach(), false);
    }
    code += "    x = " + layer_call(layer, std::to_string(index)) + "\n";
  }
  module.define(code + "    return x\n");
  return module;
}

}  // namespace

ExportReport export_torchscript(const TrainedModel& model, ModelPart part,
                                const std::filesystem::path& path) {
  const torch::NoGradGuard no_grad;
  const AutoencoderOptions& options = model.network->options();
  // To a stream, not to a path, which would become part of the archive.
  std::ostringstream stream;
  make_module(model, part).save(stream, {{"diabolo.json", export_metadata(model, part)}});
  const std::string bytes = stream.str();
  ExportReport report{.input_shape = part_input_shape(options, part),
                      .output_shape = part_output_shape(options, part),
                      .largest_difference = 0,
                      .bytes = bytes.size()};
  // Our own bytes of a moment ago; a user's file is never loaded this way, since it could run code.
  std::istringstream again(bytes);
  torch::jit::Module loaded = torch::jit::load(again);
  const auto input = comparison_inputs(model, part);
  const auto output = loaded.forward({input}).toTensor();
  report.largest_difference = require_same_numbers(model, part, input, output);
  formats::write_file_atomically(path, bytes);
  return report;
}

}  // namespace diabolo
