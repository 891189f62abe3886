#include "lib/training/tensor_file.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

#include "lib/formats/safetensors.hpp"

namespace diabolo {
namespace {

constexpr std::array kDtypes{
    std::pair{torch::kFloat32, formats::Dtype::kF32},
    std::pair{torch::kInt64, formats::Dtype::kI64},
    std::pair{torch::kUInt8, formats::Dtype::kU8},
};

formats::Dtype file_dtype(const torch::Tensor& tensor) {
  for (const auto& [scalar, dtype] : kDtypes) {
    if (scalar == tensor.scalar_type()) return dtype;
  }
  throw std::logic_error("a tensor of a type that model files do not hold");
}

torch::ScalarType tensor_dtype(const formats::TensorEntry& entry) {
  for (const auto& [scalar, dtype] : kDtypes) {
    if (dtype == entry.dtype) return scalar;
  }
  throw std::runtime_error("tensor '" + entry.name + "' has a type that is not used here");
}

std::string_view bytes_of(const torch::Tensor& tensor) {
  return {static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()};
}

}  // namespace

void write_tensor_file(const std::filesystem::path& path, const TensorFile& file) {
  NamedTensors contiguous;
  std::vector<formats::TensorView> views;
  for (const auto& [name, tensor] : file.tensors) {
    const torch::Tensor& ready = contiguous[name] =
        tensor.detach().cpu().contiguous(torch::MemoryFormat::Contiguous);
    views.push_back({.name = name,
                     .dtype = file_dtype(ready),
                     .shape = ready.sizes().vec(),
                     .data = bytes_of(ready)});
  }
  formats::write_safetensors(path, file.metadata, std::move(views));
}

TensorFile read_tensor_file(const std::filesystem::path& path) {
  const auto file = formats::read_safetensors(path, formats::Checksum::kRequired);
  TensorFile result{.metadata = file.metadata, .tensors = {}, .sha256 = file.checksum};
  for (const auto& entry : file.tensors) {
    const auto tensor = torch::empty(entry.shape, tensor_dtype(entry));
    const std::string_view bytes = file.data(entry);
    if (!bytes.empty()) std::memcpy(tensor.data_ptr(), bytes.data(), bytes.size());
    result.tensors[entry.name] = tensor;
  }
  return result;
}

}  // namespace diabolo
