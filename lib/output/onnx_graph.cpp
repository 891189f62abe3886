#include "lib/output/onnx_graph.hpp"

#include <cstring>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <stdexcept>

namespace diabolo::onnx {
namespace {

using protozero::pbf_reader;
using protozero::pbf_writer;

constexpr int64_t kIrVersion = 8;
constexpr int64_t kOpset = 17;

namespace model {
enum : protozero::pbf_tag_type { kIr = 1, kProducer = 2, kGraph = 7, kOpset = 8, kMetadata = 14 };
}
namespace graph_field {
enum : protozero::pbf_tag_type {
  kNode = 1,
  kName = 2,
  kInitializer = 5,
  kInput = 11,
  kOutput = 12
};
}
namespace node_field {
enum : protozero::pbf_tag_type { kInput = 1, kOutput = 2, kName = 3, kOp = 4, kAttribute = 5 };
}
namespace attribute_field {
enum : protozero::pbf_tag_type { kName = 1, kFloat = 2, kInt = 3, kInts = 8, kType = 20 };
}
namespace tensor_field {
enum : protozero::pbf_tag_type { kDims = 1, kType = 2, kName = 8, kRaw = 9 };
}

enum AttributeType { kFloat = 1, kInt = 2, kInts = 7 };
enum ElementType { kFloatElement = 1, kInt64Element = 7 };

void write_attribute(pbf_writer& node, const Attribute& attribute) {
  pbf_writer writer(node, node_field::kAttribute);
  writer.add_string(attribute_field::kName, attribute.name);
  if (attribute.is_float) {
    writer.add_float(attribute_field::kFloat, static_cast<float>(attribute.number));
    writer.add_enum(attribute_field::kType, kFloat);
  } else if (attribute.single) {
    writer.add_int64(attribute_field::kInt, attribute.ints.at(0));
    writer.add_enum(attribute_field::kType, kInt);
  } else {
    for (const int64_t value : attribute.ints) writer.add_int64(attribute_field::kInts, value);
    writer.add_enum(attribute_field::kType, kInts);
  }
}

void write_node(pbf_writer& graph, const Node& node) {
  pbf_writer writer(graph, graph_field::kNode);
  for (const auto& input : node.inputs) writer.add_string(node_field::kInput, input);
  writer.add_string(node_field::kOutput, node.output);
  writer.add_string(node_field::kName, "node_" + node.output);
  writer.add_string(node_field::kOp, node.op);
  for (const auto& attribute : node.attributes) write_attribute(writer, attribute);
}

void write_tensor(pbf_writer& graph, const std::string& name, const torch::Tensor& given) {
  const auto tensor = given.detach().contiguous(torch::MemoryFormat::Contiguous);
  pbf_writer writer(graph, graph_field::kInitializer);
  for (const int64_t size : tensor.sizes()) writer.add_int64(tensor_field::kDims, size);
  const bool whole = tensor.scalar_type() == torch::kInt64;
  writer.add_int32(tensor_field::kType, whole ? kInt64Element : kFloatElement);
  writer.add_string(tensor_field::kName, name);
  writer.add_bytes(tensor_field::kRaw, static_cast<const char*>(tensor.const_data_ptr()),
                   tensor.nbytes());
}

/// ValueInfoProto: a name and a type; the type a float tensor; its first dimension named N.
void write_value(pbf_writer& graph, protozero::pbf_tag_type tag, const Value& value) {
  pbf_writer info(graph, tag);
  info.add_string(1, value.name);
  pbf_writer type(info, 2);
  pbf_writer tensor(type, 1);
  tensor.add_int32(1, kFloatElement);
  pbf_writer shape(tensor, 2);
  {
    pbf_writer dimension(shape, 1);
    dimension.add_string(2, "N");
  }
  for (const int64_t size : value.shape) {
    pbf_writer dimension(shape, 1);
    dimension.add_int64(1, size);
  }
}

Attribute read_attribute(pbf_reader reader) {
  Attribute attribute;
  while (reader.next()) {
    switch (reader.tag()) {
      case attribute_field::kName:
        attribute.name = reader.get_string();
        break;
      case attribute_field::kFloat:
        attribute.number = static_cast<double>(reader.get_float());
        attribute.is_float = true;
        break;
      case attribute_field::kInt:
        attribute.ints = {reader.get_int64()};
        attribute.single = true;
        break;
      case attribute_field::kInts:
        attribute.ints.push_back(reader.get_int64());
        break;
      default:
        reader.skip();
    }
  }
  return attribute;
}

Node read_node(pbf_reader reader) {
  Node node;
  while (reader.next()) {
    switch (reader.tag()) {
      case node_field::kInput:
        node.inputs.push_back(reader.get_string());
        break;
      case node_field::kOutput:
        node.output = reader.get_string();
        break;
      case node_field::kOp:
        node.op = reader.get_string();
        break;
      case node_field::kAttribute:
        node.attributes.push_back(read_attribute(reader.get_message()));
        break;
      default:
        reader.skip();
    }
  }
  return node;
}

std::pair<std::string, torch::Tensor> read_tensor(pbf_reader reader) {
  std::string name;
  std::string raw;
  std::vector<int64_t> shape;
  auto type = torch::kFloat32;
  while (reader.next()) {
    switch (reader.tag()) {
      case tensor_field::kDims:
        shape.push_back(reader.get_int64());
        break;
      case tensor_field::kType:
        type = reader.get_int32() == kInt64Element ? torch::kInt64 : torch::kFloat32;
        break;
      case tensor_field::kName:
        name = reader.get_string();
        break;
      case tensor_field::kRaw:
        raw = reader.get_bytes();
        break;
      default:
        reader.skip();
    }
  }
  auto tensor = torch::empty(shape, type);
  if (tensor.nbytes() != raw.size()) throw std::runtime_error("a tensor of another length");
  std::memcpy(tensor.data_ptr(), raw.data(), raw.size());
  return {name, tensor};
}

std::string read_value_name(pbf_reader reader) {
  while (reader.next(1)) return reader.get_string();
  return {};
}

Graph read_graph(pbf_reader reader) {
  Graph graph;
  while (reader.next()) {
    switch (reader.tag()) {
      case graph_field::kNode:
        graph.nodes.push_back(read_node(reader.get_message()));
        break;
      case graph_field::kInitializer:
        graph.initializers.push_back(read_tensor(reader.get_message()));
        break;
      case graph_field::kInput:
        graph.input.name = read_value_name(reader.get_message());
        break;
      case graph_field::kOutput:
        graph.output.name = read_value_name(reader.get_message());
        break;
      default:
        reader.skip();
    }
  }
  return graph;
}

}  // namespace

Attribute ints(const std::string& name, const std::vector<int64_t>& values) {
  return {.name = name, .number = 0, .ints = values, .is_float = false, .single = false};
}

Attribute whole(const std::string& name, int64_t value) {
  return {.name = name, .number = 0, .ints = {value}, .is_float = false, .single = true};
}

Attribute real(const std::string& name, double value) {
  return {.name = name, .number = value, .ints = {}, .is_float = true, .single = false};
}

std::string serialise(const Graph& graph, const std::map<std::string, std::string>& metadata) {
  std::string bytes;
  pbf_writer writer(bytes);
  writer.add_int64(model::kIr, kIrVersion);
  writer.add_string(model::kProducer, "diabolo");
  {
    pbf_writer opset(writer, model::kOpset);
    opset.add_string(1, "");
    opset.add_int64(2, kOpset);
  }
  {
    pbf_writer body(writer, model::kGraph);
    for (const auto& node : graph.nodes) write_node(body, node);
    body.add_string(graph_field::kName, graph.name);
    for (const auto& [name, tensor] : graph.initializers) write_tensor(body, name, tensor);
    write_value(body, graph_field::kInput, graph.input);
    write_value(body, graph_field::kOutput, graph.output);
  }
  for (const auto& [key, value] : metadata) {
    pbf_writer entry(writer, model::kMetadata);
    entry.add_string(1, key);
    entry.add_string(2, value);
  }
  return bytes;
}

Graph parse(const std::string& bytes) {
  try {
    pbf_reader reader(bytes);
    if (reader.next(model::kGraph)) return read_graph(reader.get_message());
  } catch (const protozero::exception& error) {
    throw std::runtime_error(std::string("not an ONNX file: ") + error.what());
  }
  throw std::runtime_error("not an ONNX file: it has no graph");
}

}  // namespace diabolo::onnx
