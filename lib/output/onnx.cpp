#include "lib/output/onnx.hpp"

#include <torch/utils.h>

#include <map>
#include <numbers>
#include <stdexcept>

#include "lib/formats/file.hpp"
#include "lib/output/onnx_graph.hpp"
#include "models/layer.hpp"

namespace diabolo {
namespace {

/// Adds layers to a graph one after another; remembers the name of the last value.
class GraphBuilder {
 public:
  explicit GraphBuilder(onnx::Graph& graph) : graph_(graph), last_(graph.input.name) {}

  void add(const Layer& layer) {
    switch (layer.kind) {
      case LayerKind::kLinear:
        return add_weighted("Gemm", layer, {onnx::whole("transB", 1)});
      case LayerKind::kConv:
        return add_weighted("Conv", layer, geometry(layer));
      case LayerKind::kConvTranspose: {
        auto attributes = geometry(layer);
        attributes.push_back(onnx::ints("output_padding", layer.output_padding));
        return add_weighted("ConvTranspose", layer, attributes);
      }
      case LayerKind::kActivation:
        return add_activation(layer.activation);
      case LayerKind::kSigmoid:
        return add_node("Sigmoid", {last_});
      case LayerKind::kReshape: {
        std::vector<int64_t> shape = {0};  // 0: as many as come in.
        shape.insert(shape.end(), layer.shape.begin(), layer.shape.end());
        return add_node("Reshape",
                        {last_, constant(unique("shape"), torch::tensor(shape, torch::kInt64))});
      }
      case LayerKind::kShift:
        return add_node("Add", {last_, constant(unique("shift"), layer.bias)});
      case LayerKind::kScale:
        return add_node("Mul", {last_, constant(unique("scale"), layer.weight)});
      case LayerKind::kGroupNorm:
        return add_group_norm(layer);
      case LayerKind::kKeep:
        kept_[layer.slot] = last_;
        return;
      case LayerKind::kAddKept:
        return add_node("Add", {kept_.at(layer.slot), last_});
      case LayerKind::kSubtractFrom:
        return add_node("Sub", {kept_.at(layer.slot), last_});
      case LayerKind::kFill: {
        const std::string x = last_;
        add_node("IsNaN", {x});
        return add_node("Where", {last_, constant(unique("fill"), layer.bias), x});
      }
    }
  }

  /// Names the last value as the graph's output.
  void finish() { graph_.nodes.push_back({"Identity", {last_}, graph_.output.name, {}}); }

 private:
  static std::vector<onnx::Attribute> geometry(const Layer& layer) {
    return {onnx::ints("strides", {layer.stride, layer.stride}),
            onnx::ints("pads", {layer.padding, layer.padding, layer.padding, layer.padding})};
  }

  std::string unique(const std::string& what) const {
    return what + "_" + std::to_string(graph_.nodes.size());
  }

  std::string constant(const std::string& name, const torch::Tensor& value) {
    graph_.initializers.emplace_back(name, value);
    return name;
  }

  void add_node(const std::string& op, const std::vector<std::string>& inputs,
                const std::vector<onnx::Attribute>& attributes = {}) {
    last_ = "v" + std::to_string(graph_.nodes.size() + 1);
    graph_.nodes.push_back({op, inputs, last_, attributes});
  }

  void add_weighted(const std::string& op, const Layer& layer,
                    const std::vector<onnx::Attribute>& attributes) {
    const std::string number = std::to_string(++weighted_);
    const std::string weight = constant("weight_" + number, layer.weight);
    const std::string bias = constant("bias_" + number, layer.bias);
    add_node(op, {last_, weight, bias}, attributes);
  }

  /// Each group as one channel of an instance normalisation: GroupNormalization is there from opset
  /// 18 only.
  void add_group_norm(const Layer& layer) {
    const int64_t channels = layer.weight.size(0);
    const auto per_channel = [&](const torch::Tensor& values) {
      return values.detach().view({channels, 1, 1});
    };
    const std::string x = last_;
    add_node("Shape", {x});
    const std::string shape = last_;
    add_node("Reshape", {x, constant(unique("groups"), torch::tensor({0L, layer.groups, -1L}))});
    add_node("InstanceNormalization",
             {last_, constant(unique("ones"), torch::ones({layer.groups})),
              constant(unique("zeros"), torch::zeros({layer.groups}))},
             {onnx::real("epsilon", layer.epsilon)});
    add_node("Reshape", {last_, shape});
    add_node("Mul", {last_, constant(unique("scale"), per_channel(layer.weight))});
    add_node("Add", {last_, constant(unique("shift"), per_channel(layer.bias))});
  }

  void add_activation(Activation activation) {
    const std::string x = last_;
    switch (activation) {
      case Activation::kRelu:
        return add_node("Relu", {x});
      case Activation::kTanh:
        return add_node("Tanh", {x});
      case Activation::kElu:
        return add_node("Elu", {x}, {onnx::real("alpha", 1.0)});
      case Activation::kLeakyRelu:
        return add_node("LeakyRelu", {x}, {onnx::real("alpha", 0.01)});
      case Activation::kSilu:  // x sigmoid(x)
        add_node("Sigmoid", {x});
        return add_node("Mul", {x, last_});
      case Activation::kGelu:
        return add_gelu(x);
    }
  }

  /// x (1 + erf(x / sqrt 2)) / 2; ONNX has an operator for it from opset 20 only.
  void add_gelu(const std::string& x) {
    const auto scalar = [&](const std::string& what, double value) {
      return constant(unique(what), torch::tensor(value));
    };
    add_node("Mul", {x, scalar("rsqrt2", 1.0 / std::numbers::sqrt2)});
    add_node("Erf", {last_});
    add_node("Add", {last_, scalar("one", 1.0)});
    add_node("Mul", {x, last_});
    add_node("Mul", {last_, scalar("half", 0.5)});
  }

  onnx::Graph& graph_;
  std::string last_;
  int64_t weighted_ = 0;
  std::map<int64_t, std::string> kept_;  ///< Names of values, by slot.
};

}  // namespace

ExportReport export_onnx(const TrainedModel& model, ModelPart part,
                         const std::filesystem::path& path) {
  const torch::NoGradGuard no_grad;
  const AutoencoderOptions& options = model.network->options();
  ExportReport report{.input_shape = part_input_shape(options, part),
                      .output_shape = part_output_shape(options, part),
                      .largest_difference = 0,
                      .bytes = 0};
  onnx::Graph graph{.name = to_text(part),
                    .nodes = {},
                    .initializers = {},
                    .input = {"x", report.input_shape},
                    .output = {"y", report.output_shape}};
  GraphBuilder builder(graph);
  for (const Layer& layer : part_layers(model, part)) builder.add(layer);
  builder.finish();
  const std::string bytes = onnx::serialise(graph, {{"diabolo", export_metadata(model, part)}});
  const auto input = comparison_inputs(model, part);
  report.largest_difference =
      require_same_numbers(model, part, input, onnx::run(onnx::parse(bytes), input));
  report.bytes = bytes.size();
  formats::write_file_atomically(path, bytes);
  return report;
}

}  // namespace diabolo
