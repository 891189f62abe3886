#include "models/activation.hpp"

#include <torch/nn/modules/activation.h>

namespace diabolo {

torch::nn::AnyModule make_activation(Activation activation) {
  using torch::nn::AnyModule;
  switch (activation) {
    case Activation::kSilu:
      return AnyModule(torch::nn::SiLU());
    case Activation::kRelu:
      return AnyModule(torch::nn::ReLU());
    case Activation::kGelu:
      return AnyModule(torch::nn::GELU());
    case Activation::kElu:
      return AnyModule(torch::nn::ELU());
    case Activation::kLeakyRelu:
      return AnyModule(torch::nn::LeakyReLU());
    case Activation::kTanh:
      return AnyModule(torch::nn::Tanh());
  }
  throw std::logic_error("an activation without a module");
}

}  // namespace diabolo
