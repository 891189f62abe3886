#include "lib/formats/safetensors.hpp"

#include <algorithm>
#include <utility>

#include "lib/formats/file.hpp"
#include "lib/formats/messages.hpp"
#include "lib/formats/safetensors_header.hpp"

namespace diabolo::formats {

namespace {
constexpr uint64_t kPrefix = 8;
constexpr uint64_t kMaxFile = uint64_t{64} << 30;
constexpr std::string_view kKind = "a safetensors file";

/// Length of the header, from the first 9 bytes of a file of `size` bytes.
uint64_t checked_header_size(std::string_view first, uint64_t size, const std::string& name) {
  if (first.size() <= kPrefix) {
    throw not_a(kKind, name, "it holds " + counted(first.size(), "byte") + ", 10 are needed");
  }
  if (first[kPrefix] != '{') throw not_a(kKind, name, "its header does not begin with '{'");
  uint64_t length = 0;
  for (size_t i = kPrefix; i-- > 0;) length = length << 8 | static_cast<uint8_t>(first[i]);
  if (length > kMaxSafetensorsHeader) {
    throw damaged(name, "its header is said to be " + counted(length, "byte") +
                            " long, at most 100,000,000 are allowed");
  }
  if (length > size - kPrefix) {
    throw damaged(name, "its header is said to be " + counted(length, "byte") + " long, " +
                            grouped(size - kPrefix) + " are there");
  }
  return length;
}

/// Throws unless each tensor is as long as its shape says and they fill the data without a gap.
void check_layout(std::vector<StatedTensor> tensors, uint64_t data_size, const std::string& name) {
  std::sort(tensors.begin(), tensors.end(), [](const StatedTensor& a, const StatedTensor& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  uint64_t position = 0;
  for (const StatedTensor& tensor : tensors) {
    const std::string who = "tensor " + in_quotes(tensor.name);
    if (tensor.begin != position || tensor.end < tensor.begin) {
      throw damaged(name, who + " lies at " + grouped(tensor.begin) + " to " + grouped(tensor.end) +
                              ", " + grouped(position) + " is its place");
    }
    if (tensor_size(tensor.dtype, tensor.shape) != tensor.end - tensor.begin) {
      throw damaged(name, who + " is " + describe(tensor.dtype, tensor.shape) + " but takes " +
                              counted(tensor.end - tensor.begin, "byte"));
    }
    position = tensor.end;
  }
  if (position != data_size) {
    throw damaged(name, "its header describes " + counted(position, "byte") + " of data, " +
                            grouped(data_size) + " are there");
  }
}

std::vector<TensorEntry> sorted_entries(std::vector<StatedTensor> stated, uint64_t data_begin) {
  std::vector<TensorEntry> entries;
  for (StatedTensor& tensor : stated) {
    entries.push_back({.name = std::move(tensor.name),
                       .dtype = tensor.dtype,
                       .shape = std::move(tensor.shape),
                       .offset = data_begin + tensor.begin,
                       .size = tensor.end - tensor.begin});
  }
  std::sort(entries.begin(), entries.end(),
            [](const TensorEntry& a, const TensorEntry& b) { return a.name < b.name; });
  return entries;
}

/// Takes the checksum out of the metadata and compares it with the contents.
void verify_checksum(SafetensorsFile& file, Checksum checksum) {
  const auto stated = file.metadata.find(std::string(kChecksumKey));
  file.checksummed = stated != file.metadata.end();
  if (!file.checksummed) {
    if (checksum == Checksum::kIfPresent) return;
    throw damaged(file.name, "it has no checksum (metadata 'sha256')");
  }
  file.checksum = std::move(stated->second);
  file.metadata.erase(stated);
  std::vector<TensorView> views;
  for (const TensorEntry& tensor : file.tensors) {
    views.push_back({tensor.name, tensor.dtype, tensor.shape, file.data(tensor)});
  }
  if (safetensors_checksum(file.metadata, views) != file.checksum) {
    throw damaged(file.name, "its checksum does not match its contents");
  }
}
}  // namespace

std::string_view SafetensorsFile::data(const TensorEntry& tensor) const {
  return std::string_view(bytes).substr(static_cast<size_t>(tensor.offset),
                                        static_cast<size_t>(tensor.size));
}

const TensorEntry& SafetensorsFile::find(std::string_view tensor_name) const {
  const auto found =
      std::lower_bound(tensors.begin(), tensors.end(), tensor_name,
                       [](const TensorEntry& a, std::string_view b) { return a.name < b; });
  if (found == tensors.end() || found->name != tensor_name) {
    throw std::runtime_error(in_quotes(name) + " holds no tensor " + in_quotes(tensor_name));
  }
  return *found;
}

SafetensorsFile read_safetensors(const std::filesystem::path& path, Checksum checksum) {
  InputFile file(path);
  // Looked at first, so that a large file of another kind is not read only to be refused.
  checked_header_size(file.first_bytes(kPrefix + 1), file.size(), path.string());
  return parse_safetensors(file.read_all(kMaxFile), path.string(), checksum);
}

SafetensorsFile parse_safetensors(std::string bytes, const std::string& name, Checksum checksum) {
  const std::string_view view(bytes);
  const uint64_t header_size = checked_header_size(view.substr(0, kPrefix + 1), view.size(), name);
  const uint64_t data_begin = kPrefix + header_size;
  SafetensorsHeader header = parse_safetensors_header(view.substr(kPrefix, header_size), name);
  check_layout(header.tensors, view.size() - data_begin, name);
  SafetensorsFile file{.name = name,
                       .metadata = std::move(header.metadata),
                       .tensors = sorted_entries(std::move(header.tensors), data_begin),
                       .bytes = std::move(bytes)};
  verify_checksum(file, checksum);
  return file;
}

}  // namespace diabolo::formats
