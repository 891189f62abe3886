#include "lib/training/distributed/group.hpp"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <cstdlib>
#include <exception>
#include <string>

namespace diabolo {
namespace {

enum Failure : int { kNone, kWrongRequest, kFailed };

struct Outcome {
  Failure failure = kNone;
  std::string message;
  std::exception_ptr error;
};

Outcome outcome_of(const std::function<void()>& work) {
  try {
    work();
    return {};
  } catch (const std::invalid_argument& error) {
    return {kWrongRequest, error.what(), std::current_exception()};
  } catch (const c10::Error& error) {
    return {kFailed, error.what_without_backtrace(), std::current_exception()};
  } catch (const std::bad_alloc&) {
    return {kFailed, "out of memory", std::current_exception()};
  } catch (const std::exception& error) {
    return {kFailed, error.what(), std::current_exception()};
  }
}

/// The text of rank `from`, on all ranks.
std::string broadcast_text(Group& group, std::string text, int64_t from) {
  auto length = torch::tensor(static_cast<int64_t>(text.size()), torch::kInt64);
  group.broadcast(length, from);
  text.resize(static_cast<size_t>(length.item<int64_t>()));
  if (text.empty()) return text;
  group.broadcast(torch::from_blob(text.data(), {static_cast<int64_t>(text.size())}, torch::kUInt8),
                  from);
  return text;
}

}  // namespace

void Group::broadcast(torch::Tensor /*tensor*/, int64_t /*from*/) {}
void Group::sum(torch::Tensor /*tensor*/) {}

void Group::sum_to_shares(torch::Tensor tensor) { sum(tensor); }

void Group::gather_shares(torch::Tensor tensor) {
  for (int64_t rank = 0; rank < size(); ++rank) {
    const Share share{.rank = rank, .size = size()};
    const int64_t begin = share.begin(tensor.numel());
    broadcast(tensor.narrow(0, begin, share.end(tensor.numel()) - begin), rank);
  }
}

bool Group::meet(double /*seconds*/) { return true; }
void Group::end_all(int code) { std::exit(code); }
int64_t Group::cores() const { return at::get_num_threads(); }

bool Group::any(bool here) {
  if (size() == 1) return here;
  auto count = torch::tensor(here ? 1.0 : 0.0, torch::kFloat64);
  sum(count);
  return count.item<double>() > 0;
}

void Group::together(const std::function<void()>& work) {
  if (size() == 1) return work();
  const Outcome here = outcome_of(work);
  auto failures = torch::zeros({size()}, torch::kFloat64);
  failures[rank()] = static_cast<double>(here.failure);
  sum(failures);
  const auto failed = failures.nonzero().flatten();
  if (failed.numel() == 0) return;
  const auto first = failed[0].item<int64_t>();
  std::string message = broadcast_text(*this, here.message, first);
  if (first == rank()) std::rethrow_exception(here.error);
  if (failed.numel() < size()) message += " (rank " + std::to_string(first) + ")";
  if (static_cast<int>(failures[first].item<double>()) == kWrongRequest)
    throw std::invalid_argument(message);
  throw std::runtime_error(message);
}

Group& alone() {
  static Group group;
  return group;
}

}  // namespace diabolo
