#include <torch/utils.h>

#include <stdexcept>

#include "lib/output/onnx_graph.hpp"

namespace diabolo::onnx {
namespace {

using Values = std::map<std::string, torch::Tensor>;

const std::vector<int64_t>& list_attribute(const Node& node, const std::string& name) {
  for (const auto& attribute : node.attributes) {
    if (attribute.name == name) return attribute.ints;
  }
  throw std::runtime_error(node.op + " lacks the attribute " + name);
}

/// Both ends of each dimension are padded alike: [top, left, bottom, right].
std::vector<int64_t> padding_of(const Node& node) {
  const auto& pads = list_attribute(node, "pads");
  return {pads.at(0), pads.at(1)};
}

double number_of(const Node& node, const std::string& name, double otherwise) {
  for (const auto& attribute : node.attributes) {
    if (attribute.name == name) return attribute.number;
  }
  return otherwise;
}

torch::Tensor run_node(const Node& node, const std::vector<torch::Tensor>& in) {
  if (node.op == "Gemm") return at::linear(in.at(0), in.at(1), in.at(2));
  if (node.op == "Conv") {
    return at::conv2d(in.at(0), in.at(1), in.at(2), list_attribute(node, "strides"),
                      padding_of(node));
  }
  if (node.op == "ConvTranspose") {
    return at::conv_transpose2d(in.at(0), in.at(1), in.at(2), list_attribute(node, "strides"),
                                padding_of(node), list_attribute(node, "output_padding"));
  }
  if (node.op == "Reshape") {
    std::vector<int64_t> shape(in.at(1).data_ptr<int64_t>(),
                               in.at(1).data_ptr<int64_t>() + in.at(1).numel());
    if (shape.at(0) == 0) shape[0] = in.at(0).size(0);
    return in.at(0).reshape(shape);
  }
  if (node.op == "Identity") return in.at(0);
  if (node.op == "Sigmoid") return at::sigmoid(in.at(0));
  if (node.op == "Relu") return at::relu(in.at(0));
  if (node.op == "Tanh") return at::tanh(in.at(0));
  if (node.op == "Erf") return at::erf(in.at(0));
  if (node.op == "Elu") return at::elu(in.at(0), number_of(node, "alpha", 1.0));
  if (node.op == "LeakyRelu") return at::leaky_relu(in.at(0), number_of(node, "alpha", 0.01));
  if (node.op == "Mul") return in.at(0) * in.at(1);
  if (node.op == "Add") return in.at(0) + in.at(1);
  if (node.op == "Sub") return in.at(0) - in.at(1);
  if (node.op == "Shape") return torch::tensor(in.at(0).sizes().vec(), torch::kInt64);
  if (node.op == "InstanceNormalization") {
    return at::instance_norm(in.at(0), in.at(1), in.at(2), /*running_mean=*/{}, /*running_var=*/{},
                             /*use_input_stats=*/true, /*momentum=*/0.0,
                             number_of(node, "epsilon", 1e-5), /*cudnn_enabled=*/false);
  }
  if (node.op == "IsNaN") return at::isnan(in.at(0));
  if (node.op == "Where") return at::where(in.at(0), in.at(1), in.at(2));
  throw std::runtime_error("the operator " + node.op + " is none that diabolo exports");
}

}  // namespace

torch::Tensor run(const Graph& graph, const torch::Tensor& x) {
  const torch::NoGradGuard no_grad;
  Values values(graph.initializers.begin(), graph.initializers.end());
  values[graph.input.name] = x;
  for (const Node& node : graph.nodes) {
    std::vector<torch::Tensor> inputs;
    for (const auto& name : node.inputs) inputs.push_back(values.at(name));
    values[node.output] = run_node(node, inputs);
  }
  return values.at(graph.output.name);
}

}  // namespace diabolo::onnx
