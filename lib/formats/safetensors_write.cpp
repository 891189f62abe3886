#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "lib/formats/file.hpp"
#include "lib/formats/messages.hpp"
#include "lib/formats/safetensors.hpp"
#include "lib/formats/safetensors_header.hpp"
#include "lib/formats/sha256.hpp"

namespace diabolo::formats {

namespace {
using nlohmann::json;

std::string little_endian(uint64_t value) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

void add_text(Sha256& digest, std::string_view text) {
  digest.update(little_endian(text.size()));
  digest.update(text);
}

[[noreturn]] void refuse(const std::string& why) {
  throw std::invalid_argument("cannot write safetensors: " + why);
}

void check_tensor(const TensorView& tensor) {
  const std::string who = "tensor " + in_quotes(tensor.name);
  if (tensor.name == kMetadataKey) refuse("no tensor can be named '__metadata__'");
  for (const int64_t length : tensor.shape) {
    if (length < 0) refuse(who + " has the length " + std::to_string(length));
  }
  const std::optional<uint64_t> size = tensor_size(tensor.dtype, tensor.shape);
  if (size != tensor.data.size()) {
    refuse(who + " is " + describe(tensor.dtype, tensor.shape) + " but takes " +
           counted(tensor.data.size(), "byte"));
  }
}

/// The JSON library would throw an error of its own kind, without the name.
void check_text(const std::string& text, const std::string& what) {
  try {
    json(text).dump();
  } catch (const json::exception&) {
    refuse(what + " is not UTF-8");
  }
}

void check_contents(const Metadata& metadata, std::span<const TensorView> sorted) {
  if (metadata.contains(std::string(kChecksumKey))) refuse("metadata 'sha256' is reserved");
  for (const auto& [key, value] : metadata) {
    check_text(key, "metadata key " + in_quotes(key));
    check_text(value, "metadata " + in_quotes(key));
  }
  for (size_t i = 0; i < sorted.size(); ++i) {
    check_text(sorted[i].name, "tensor name " + in_quotes(sorted[i].name));
    check_tensor(sorted[i]);
    if (i > 0 && sorted[i].name == sorted[i - 1].name) {
      refuse("tensor " + in_quotes(sorted[i].name) + " comes twice");
    }
  }
}

std::string serialize_header(const Metadata& metadata, std::span<const TensorView> sorted) {
  json header;
  header[kMetadataKey] = metadata;
  header[kMetadataKey][kChecksumKey] = safetensors_checksum(metadata, sorted);
  uint64_t offset = 0;
  for (const TensorView& tensor : sorted) {
    const uint64_t end = offset + tensor.data.size();
    header[tensor.name] = {
        {"dtype", name_of(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}
}  // namespace

std::string safetensors_checksum(const Metadata& metadata, std::span<const TensorView> tensors) {
  Sha256 digest;
  digest.update(little_endian(metadata.size()));
  for (const auto& [key, value] : metadata) {
    add_text(digest, key);
    add_text(digest, value);
  }
  digest.update(little_endian(tensors.size()));
  for (const TensorView& tensor : tensors) {
    add_text(digest, tensor.name);
    add_text(digest, name_of(tensor.dtype));
    digest.update(little_endian(tensor.shape.size()));
    for (const int64_t length : tensor.shape) {
      digest.update(little_endian(static_cast<uint64_t>(length)));
    }
    add_text(digest, tensor.data);
  }
  return digest.hex();
}

void write_safetensors(const std::filesystem::path& path, const Metadata& metadata,
                       std::vector<TensorView> tensors) {
  std::sort(tensors.begin(), tensors.end(),
            [](const TensorView& a, const TensorView& b) { return a.name < b.name; });
  check_contents(metadata, tensors);
  const std::string header = serialize_header(metadata, tensors);
  if (header.size() > kMaxSafetensorsHeader) {
    refuse("its header takes " + counted(header.size(), "byte"));
  }
  const std::string prefix = little_endian(header.size());
  std::vector<std::string_view> parts{prefix, header};
  for (const TensorView& tensor : tensors) parts.push_back(tensor.data);
  write_file_atomically(path, parts);
}

}  // namespace diabolo::formats
