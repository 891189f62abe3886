#include "lib/formats/plain_or_gzip.hpp"

namespace diabolo::formats {

PlainOrGzip::PlainOrGzip(const std::filesystem::path& path) : file_(path) {
  if (!is_gzip(file_.first_bytes(2))) return;
  const auto read_file = [this](char* to, size_t count) { return file_.read(to, count); };
  inflated_.emplace(read_file, path.string());
}

size_t PlainOrGzip::read(char* to, size_t count) {
  const size_t got = is_compressed() ? inflated_->read(to, count) : file_.read(to, count);
  read_ += got;
  return got;
}

void PlainOrGzip::finish() {
  if (is_compressed()) inflated_->finish();
}

uint64_t PlainOrGzip::used() const { return is_compressed() ? inflated_->used() : read_; }

}  // namespace diabolo::formats
