#pragma once

#include <torch/types.h>

#include <functional>
#include <optional>
#include <type_traits>

namespace diabolo {

/// Part of a count for each rank: all parts follow each other and differ by one at most.
struct Share {
  int64_t rank = 0, size = 1;
  int64_t begin(int64_t count) const { return count * rank / size; }
  int64_t end(int64_t count) const { return count * (rank + 1) / size; }
};

/// Processes that work together, each of which runs the same program on its share of the work
/// (ranks, in the words of MPI). All of them must make the same calls in the same order. This
/// class itself is a group of one, which has nobody to wait for.
class Group {
 public:
  Group() = default;
  virtual ~Group() = default;
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  virtual int64_t rank() const { return 0; }  ///< Of this process, in [0, size()).
  virtual int64_t size() const { return 1; }
  bool leads() const { return rank() == 0; }

  /// Gives all ranks what rank `from` has in `tensor`: any type, on the CPU, without gaps, and of
  /// one size on all.
  virtual void broadcast(torch::Tensor tensor, int64_t from);
  /// Puts the sum over all ranks in the place of `tensor`, which is as above, float32 or float64.
  virtual void sum(torch::Tensor tensor);
  /// The same sum for the share of `tensor` [n] that is this rank's (share_of()); the rest of it
  /// may be anything afterwards. By sum(), unless a group has something faster.
  virtual void sum_to_shares(torch::Tensor tensor);
  /// Gives all ranks each rank's share of `tensor` [n], float32 or float64; by broadcast(),
  /// likewise.
  virtual void gather_shares(torch::Tensor tensor);
  /// True once all ranks have called it; false if that takes longer than so many seconds, and then
  /// only end_all() may follow.
  virtual bool meet(double seconds);
  /// Ends all ranks at once with this exit code.
  [[noreturn]] virtual void end_all(int code);
  /// Processor cores for this process, > 0: its share of those that the ranks of its machine have.
  virtual int64_t cores() const;

  /// True when it is so on any rank.
  bool any(bool here);

  /// Does `work` on every rank, and waits for all. If it throws on some, this throws on all what
  /// the first of them threw, as std::invalid_argument or std::runtime_error elsewhere.
  void together(const std::function<void()>& work);

  /// The same for work that makes something.
  template <typename Make>
  auto make_together(const Make& make) {
    std::optional<std::invoke_result_t<Make>> made;
    together([&] { made.emplace(make()); });
    return std::move(*made);
  }
};

/// The group of one.
Group& alone();

inline Share share_of(const Group& group) { return {.rank = group.rank(), .size = group.size()}; }

}  // namespace diabolo
