#include "lib/data/sample_stream.hpp"

#include <algorithm>
#include <stdexcept>

#include "lib/data/idx_images.hpp"
#include "lib/data/patches.hpp"
#include "lib/data/table.hpp"
#include "lib/data/table_stream.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kCounted = 65536;  // Samples held at a time while they are counted.

class IdxStream : public SampleStream {
 public:
  explicit IdxStream(const fs::path& path) : images_(path) {}
  Dataset next(int64_t count) override { return images_.next(count); }

 private:
  IdxImages images_;
};

class PngStream : public SampleStream {
 public:
  PngStream(std::vector<fs::path> files, const std::optional<ImageSize>& size)
      : files_(std::move(files)), size_(size) {}
  Dataset next(int64_t count) override {
    const auto end = std::min(files_.size(), given_ + static_cast<size_t>(count));
    const std::vector<fs::path> some(files_.begin() + static_cast<std::ptrdiff_t>(given_),
                                     files_.begin() + static_cast<std::ptrdiff_t>(end));
    given_ = end;
    return read_images(some, size_);
  }

 private:
  std::vector<fs::path> files_;
  std::optional<ImageSize> size_;
  size_t given_ = 0;
};

/// Reads those files alone that the next samples are cut from.
class PatchStream : public SampleStream {
 public:
  PatchStream(std::vector<fs::path> files, const DataOptions& options)
      : files_(std::move(files)), side_(options.patch), each_(options.patches_of_each()) {}
  Dataset next(int64_t count) override {
    const int64_t all = std::ssize(files_) * each_;
    const int64_t begin = given_;
    given_ = std::min(all, given_ + count);
    return read_patches(files_, side_, each_, begin, given_);
  }

 private:
  std::vector<fs::path> files_;
  int64_t side_, each_;
  int64_t given_ = 0;
};

class RowStream : public SampleStream {
 public:
  RowStream(const DataOptions& options, const std::shared_ptr<const Table>& known,
            const std::vector<std::string>& beside)
      : rows_(options, known, beside) {}
  Dataset next(int64_t count) override { return rows_.next(count); }

 private:
  TableStream rows_;
};

}  // namespace

std::unique_ptr<SampleStream> open_data(const DataOptions& options, Part part,
                                        const std::shared_ptr<const Table>& known,
                                        const std::vector<std::string>& beside) {
  const Located found = locate(options, part);
  switch (found.kind) {
    case Located::kTable:
      if (known == nullptr) throw std::logic_error("a stream of a table needs its columns");
      return std::make_unique<RowStream>(found.table, known, beside);
    case Located::kPngs:
      return std::make_unique<PngStream>(found.files, options.image_size());
    case Located::kPatches:
      return std::make_unique<PatchStream>(found.files, options);
    case Located::kIdx:
      return std::make_unique<IdxStream>(found.files[0]);
  }
  throw std::logic_error("a kind of data without a stream");
}

int64_t count_samples(const DataOptions& options, Part part,
                      const std::shared_ptr<const Table>& known) {
  const Located found = locate(options, part);
  if (found.kind == Located::kPngs) return static_cast<int64_t>(found.files.size());
  if (found.kind == Located::kPatches) {
    return std::ssize(found.files) * options.patches_of_each();
  }
  if (found.kind == Located::kIdx) return IdxImages(found.files[0]).size();
  const auto stream = open_data(options, part, known);
  int64_t count = 0;
  while (const int64_t more = stream->next(kCounted).size()) count += more;
  return count;
}

}  // namespace diabolo
