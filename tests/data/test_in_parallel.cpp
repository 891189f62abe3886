#include <gtest/gtest.h>
#include <torch/utils.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "lib/data/in_parallel.hpp"

namespace diabolo {
namespace {

class InParallel : public testing::Test {
 protected:
  void SetUp() override { torch::set_num_threads(2); }
  void TearDown() override { torch::set_num_threads(before_); }

 private:
  int before_ = torch::get_num_threads();
};

TEST_F(InParallel, DoesEachOnceOnTwoThreads) {
  std::vector<int> times(100, 0);
  std::set<std::thread::id> threads;
  std::mutex lock;
  in_parallel(100, 10, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) ++times[static_cast<size_t>(i)];
    const std::lock_guard held(lock);
    threads.insert(std::this_thread::get_id());
  });
  EXPECT_EQ(std::count(times.begin(), times.end(), 1), 100);
  EXPECT_EQ(threads.size(), 2);
}

TEST_F(InParallel, KeepsLittleWorkOnOneThread) {
  std::set<std::thread::id> threads;
  in_parallel(10, 10, [&](int64_t, int64_t) { threads.insert(std::this_thread::get_id()); });
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
}

TEST_F(InParallel, RethrowsWhatAPartThrows) {
  const auto fail = [](int64_t, int64_t) { throw std::runtime_error("a part"); };
  EXPECT_THROW(in_parallel(100, 10, fail), std::runtime_error);
}

}  // namespace
}  // namespace diabolo
