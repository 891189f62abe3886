#define OMPI_SKIP_MPICXX  // The C interface alone.
#include <mpi.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "lib/training/distributed/launched_group.hpp"

namespace diabolo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kLargestCall = size_t{1} << 28;     // Elements: MPI counts in int.
constexpr int64_t kMostInShares = int64_t{1} << 30;  // Of a tensor: offsets are int too.

void check_plain(const torch::Tensor& tensor) {
  TORCH_CHECK(tensor.is_cpu() && tensor.is_non_overlapping_and_dense());
}

MPI_Datatype type_of(const torch::Tensor& tensor) {
  if (tensor.scalar_type() == torch::kFloat32) return MPI_FLOAT;
  TORCH_CHECK(tensor.scalar_type() == torch::kFloat64);
  return MPI_DOUBLE;
}

/// Calls on (pointer, count) for pieces that MPI can count.
template <typename Call>
void in_pieces(const torch::Tensor& tensor, size_t elements, const Call& call) {
  auto* const data = static_cast<char*>(tensor.data_ptr());
  const size_t width = tensor.nbytes() / std::max<size_t>(elements, 1);
  for (size_t begin = 0; begin < elements; begin += kLargestCall) {
    const size_t count = std::min(kLargestCall, elements - begin);
    call(data + begin * width, static_cast<int>(count));
  }
}

/// Each rank's share of a tensor, as MPI takes them.
struct Shares {
  Shares(const Group& group, int64_t count) {
    for (int64_t rank = 0; rank < group.size(); ++rank) {
      const Share share{.rank = rank, .size = group.size()};
      begins.push_back(static_cast<int>(share.begin(count)));
      counts.push_back(static_cast<int>(share.end(count) - share.begin(count)));
    }
  }

  std::vector<int> begins, counts;
};

/// The cores of this machine that its ranks may use, shared among them; no more than this one may.
int64_t count_cores() {
  MPI_Comm machine = MPI_COMM_NULL;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  int ranks = 1;
  MPI_Comm_size(machine, &ranks);
  cpu_set_t own{};
  sched_getaffinity(0, sizeof(own), &own);
  cpu_set_t all = own;
  MPI_Allreduce(MPI_IN_PLACE, &all, static_cast<int>(sizeof(all)), MPI_BYTE, MPI_BOR, machine);
  MPI_Comm_free(&machine);
  return std::max(1, std::min(CPU_COUNT(&own), CPU_COUNT(&all) / ranks));
}

class MpiGroup : public Group {
 public:
  MpiGroup() {
    int given = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &given);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Comm_dup(MPI_COMM_WORLD, &meeting_);
    cores_ = count_cores();
  }
  ~MpiGroup() override { MPI_Finalize(); }

  int64_t rank() const override { return rank_; }
  int64_t size() const override { return size_; }
  int64_t cores() const override { return cores_; }

  void broadcast(torch::Tensor tensor, int64_t from) override {
    check_plain(tensor);
    in_pieces(tensor, tensor.nbytes(), [&](void* data, int count) {
      MPI_Bcast(data, count, MPI_BYTE, static_cast<int>(from), MPI_COMM_WORLD);
    });
  }

  void sum(torch::Tensor tensor) override {
    check_plain(tensor);
    in_pieces(tensor, static_cast<size_t>(tensor.numel()), [&](void* data, int count) {
      MPI_Allreduce(MPI_IN_PLACE, data, count, type_of(tensor), MPI_SUM, MPI_COMM_WORLD);
    });
  }

  /// Not MPI_Reduce_scatter, which takes twice as long in Open MPI 4.1: every rank sends the others
  /// their shares and adds up its own.
  void sum_to_shares(torch::Tensor tensor) override {
    check_plain(tensor);
    if (tensor.numel() > kMostInShares) return Group::sum_to_shares(tensor);
    const Shares all(*this, tensor.numel());
    const auto own = static_cast<size_t>(rank_);
    const int64_t length = all.counts[own];
    Shares sent = all;
    sent.counts[own] = 0;
    Shares got = all;
    for (int64_t rank = 0; rank < size_; ++rank) {
      got.counts[static_cast<size_t>(rank)] = rank == rank_ ? 0 : static_cast<int>(length);
      got.begins[static_cast<size_t>(rank)] = static_cast<int>(rank * length);
    }
    if (parts_.numel() != size_ * length || parts_.scalar_type() != tensor.scalar_type()) {
      parts_ = torch::empty({size_, length}, tensor.options());
    }
    MPI_Alltoallv(tensor.data_ptr(), sent.counts.data(), sent.begins.data(), type_of(tensor),
                  parts_.data_ptr(), got.counts.data(), got.begins.data(), type_of(tensor),
                  MPI_COMM_WORLD);
    auto mine = tensor.narrow(0, all.begins[own], length);
    for (int64_t rank = 0; rank < size_; ++rank) {
      if (rank != rank_) mine.add_(parts_[rank]);
    }
  }

  void gather_shares(torch::Tensor tensor) override {
    check_plain(tensor);
    if (tensor.numel() > kMostInShares) return Group::gather_shares(tensor);
    const Shares all(*this, tensor.numel());
    MPI_Allgatherv(MPI_IN_PLACE, 0, type_of(tensor), tensor.data_ptr(), all.counts.data(),
                   all.begins.data(), type_of(tensor), MPI_COMM_WORLD);
  }

  bool meet(double seconds) override {
    // On a communicator of its own, so that ranks within another call are not met by mistake.
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(meeting_, &request);
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    int all_here = 0;
    while (all_here == 0 && Clock::now() < end) {
      MPI_Test(&request, &all_here, MPI_STATUS_IGNORE);
      const timespec pause{.tv_sec = 0, .tv_nsec = 1'000'000};
      if (all_here == 0) nanosleep(&pause, nullptr);
    }
    return all_here != 0;
  }

  [[noreturn]] void end_all(int code) override {
    MPI_Abort(MPI_COMM_WORLD, code);
    std::_Exit(code);
  }

 private:
  int rank_ = 0, size_ = 1;
  int64_t cores_ = 1;
  torch::Tensor parts_;  ///< [size, share] This rank's share, as the others have it.
  MPI_Comm meeting_ = MPI_COMM_NULL;
};

}  // namespace

std::unique_ptr<Group> launched_group() {
  const auto started = launch();
  if (!started) return std::make_unique<Group>();
  auto group = std::make_unique<MpiGroup>();
  if (started->size > 1 && group->size() == 1) {
    throw std::invalid_argument(std::to_string(started->size) +
                                " processes were started by another MPI than this program's (" +
                                mpi_version() + "), so they cannot train together");
  }
  return group;
}

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string all(text.data(), static_cast<size_t>(length));
  return all.substr(0, all.find_first_of(",\n"));
}

}  // namespace diabolo
