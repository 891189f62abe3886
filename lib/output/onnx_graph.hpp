#pragma once

#include <torch/types.h>

#include <map>
#include <string>
#include <vector>

// ONNX's protobuf, by hand over protozero: LibTorch exports its own copy of protobuf and onnx
// symbols, which a second copy in one program would clash with.
// Numbers of fields and types are those of onnx/onnx.proto, IR version 8.

namespace diabolo::onnx {

struct Attribute {
  std::string name;
  double number = 0;          ///< Used when `ints` is empty and `is_float`.
  std::vector<int64_t> ints;  ///< A list, or one whole number when `single`.
  bool is_float = false;
  bool single = false;
};

struct Node {
  std::string op;
  std::vector<std::string> inputs;
  std::string output;
  std::vector<Attribute> attributes;
};

struct Value {
  std::string name;
  std::vector<int64_t> shape;  ///< Without N, which is free.
};

struct Graph {
  std::string name;
  std::vector<Node> nodes;  ///< In an order that can be run.
  std::vector<std::pair<std::string, torch::Tensor>> initializers;  ///< float32 or int64.
  Value input, output;
};

Attribute ints(const std::string& name, const std::vector<int64_t>& values);
Attribute whole(const std::string& name, int64_t value);
Attribute real(const std::string& name, double value);

/// A whole model file. metadata: metadata_props.
std::string serialise(const Graph& graph, const std::map<std::string, std::string>& metadata);

/// The graph of what serialise() wrote; fields that it does not write are passed over.
/// Throws std::runtime_error for bytes that are not of that form.
Graph parse(const std::string& bytes);

/// Runs the operators that diabolo exports, with LibTorch. x [N, ...] float32.
torch::Tensor run(const Graph& graph, const torch::Tensor& x);

}  // namespace diabolo::onnx
