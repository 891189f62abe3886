// encode_image MODEL IMAGE.png: prints the code of one image, a number a line.

#include <torch/utils.h>

#include <exception>
#include <iostream>

#include "lib/data/image_io.hpp"
#include "lib/training/trained_model.hpp"

namespace {

void print_code(const char* model_path, const char* image_path) {
  const torch::NoGradGuard no_grad;
  diabolo::TrainedModel model = diabolo::load_model(model_path);
  const diabolo::Dataset image = diabolo::read_images({image_path});
  const torch::Tensor code = model.network->encode(diabolo::to_unit(image.samples)).flatten();
  for (int64_t i = 0; i < code.size(0); ++i) std::cout << code[i].item<float>() << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: encode_image MODEL IMAGE.png\n";
    return 2;
  }
  try {
    print_code(argv[1], argv[2]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 1;
  }
}
