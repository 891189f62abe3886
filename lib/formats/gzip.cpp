#include "lib/formats/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
constexpr int kGzipWindow = 16 + MAX_WBITS;
/// zlib counts in 32 bits.
constexpr size_t kLargestPiece = size_t{1} << 30;
constexpr size_t kFirstGuess = size_t{1} << 16;
constexpr size_t kCompressedPiece = size_t{1} << 16;

/// zlib reads through a non-const pointer, but never writes.
Bytef* as_input(std::string_view bytes) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
}
}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

struct GzipReader::Stream : z_stream {
  Stream() : z_stream{} {
    if (inflateInit2(this, kGzipWindow) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { inflateEnd(this); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

GzipReader::GzipReader(ByteSource compressed, std::string name)
    : stream_(std::make_unique<Stream>()),
      compressed_(std::move(compressed)),
      piece_(kCompressedPiece, '\0'),
      name_(std::move(name)) {}

GzipReader::GzipReader(std::string_view compressed, std::string name)
    : GzipReader(source_of(compressed), std::move(name)) {}

GzipReader::~GzipReader() = default;

uint64_t GzipReader::used() const { return stream_->total_in; }

void GzipReader::refill() {
  stream_->avail_in = static_cast<uInt>(compressed_(piece_.data(), piece_.size()));
  stream_->next_in = as_input(piece_);
}

void GzipReader::inflate_some() {
  if (stream_->avail_in == 0) refill();
  switch (inflate(stream_.get(), Z_NO_FLUSH)) {
    case Z_OK:
      return;
    case Z_STREAM_END:
      ended_ = true;
      return;
    case Z_BUF_ERROR:
      throw damaged(name_, "its compressed data ends too early");
    case Z_MEM_ERROR:
      throw std::bad_alloc();
    default:
      throw damaged(name_, std::string("its compressed data is wrong (") +
                               (stream_->msg != nullptr ? stream_->msg : "zlib gave no reason") +
                               ")");
  }
}

size_t GzipReader::read(char* to, size_t count) {
  size_t done = 0;
  while (done < count && !ended_) {
    const size_t room = std::min(count - done, kLargestPiece);
    stream_->next_out = reinterpret_cast<Bytef*>(to + done);
    stream_->avail_out = static_cast<uInt>(room);
    inflate_some();
    done += room - stream_->avail_out;
  }
  return done;
}

void GzipReader::finish() {
  char extra = 0;
  if (read(&extra, 1) != 0) throw damaged(name_, "it holds more data than expected");
  uint64_t trailing = 0;
  do {
    trailing += stream_->avail_in;
    refill();
  } while (stream_->avail_in != 0);
  if (trailing != 0) {
    throw damaged(name_, counted(trailing, "byte") + (trailing == 1 ? " follows" : " follow") +
                             " the compressed data");
  }
}

std::string gunzip(std::string_view compressed, const std::string& name, uint64_t max_bytes) {
  GzipReader reader(compressed, name);
  std::string contents;
  for (size_t done = 0;; done = contents.size()) {
    const uint64_t guess = std::max(kFirstGuess, done);
    const auto step = static_cast<size_t>(std::min<uint64_t>(guess, max_bytes - done));
    contents.resize(done + step);
    contents.resize(done + reader.read(contents.data() + done, step));
    if (contents.size() == done) break;
  }
  char extra = 0;
  if (reader.read(&extra, 1) != 0) {
    throw std::invalid_argument("cannot read " + in_quotes(name) + ": it holds more than the " +
                                counted(max_bytes, "byte") + " allowed");
  }
  reader.finish();
  return contents;
}

namespace {
void feed(z_stream& stream, std::string_view& rest) {
  if (stream.avail_in != 0) return;
  const std::string_view piece = rest.substr(0, kLargestPiece);
  stream.next_in = as_input(piece);
  stream.avail_in = static_cast<uInt>(piece.size());
  rest.remove_prefix(piece.size());
}

struct Deflater : z_stream {
  Deflater() : z_stream{} {
    constexpr int kMemory = 8;  // zlib's default
    if (deflateInit2(this, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemory,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Deflater() { deflateEnd(this); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
};
}  // namespace

std::string gzip(std::string_view bytes) {
  Deflater stream;
  std::string compressed;
  std::string piece(kFirstGuess, '\0');
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    feed(stream, bytes);
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    status = deflate(&stream, bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
    if (status == Z_STREAM_ERROR) throw std::runtime_error("zlib cannot compress");
    compressed.append(piece, 0, piece.size() - stream.avail_out);
  }
  return compressed;
}

}  // namespace diabolo::formats
