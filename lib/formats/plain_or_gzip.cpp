#include "lib/formats/plain_or_gzip.hpp"

#include <memory>
#include <utility>

namespace diabolo::formats {

PlainOrGzip::PlainOrGzip(const std::filesystem::path& path) : name_(path.string()) {
  const auto file = std::make_shared<InputFile>(path);
  file_ = [file](char* to, size_t count) { return file->read(to, count); };
  file_size_ = file->size();
  if (is_gzip(file->first_bytes(2))) inflated_.emplace(file_, name_);
}

PlainOrGzip::PlainOrGzip(std::string_view bytes, std::string name)
    : name_(std::move(name)), file_(source_of(bytes)), file_size_(bytes.size()) {
  if (is_gzip(bytes)) inflated_.emplace(file_, name_);
}

size_t PlainOrGzip::read(char* to, size_t count) {
  const size_t got = is_compressed() ? inflated_->read(to, count) : file_(to, count);
  read_ += got;
  return got;
}

void PlainOrGzip::finish() {
  if (is_compressed()) inflated_->finish();
}

uint64_t PlainOrGzip::used() const { return is_compressed() ? inflated_->used() : read_; }

}  // namespace diabolo::formats
