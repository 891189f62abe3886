#include <iostream>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "app/terminal.hpp"
#include "lib/output/onnx.hpp"
#include "lib/output/torchscript.hpp"
#include "models/shape.hpp"

namespace diabolo::app {

int run_export(Arguments arguments) {
  std::string model_path;
  std::string out;
  ExportFormat format = ExportFormat::kOnnx;
  ModelPart part = ModelPart::kEncoder;
  bool overwrite = false;
  Flags flags(
      "export", "MODEL",
      "Writes a model, or a half of it, for other programs: ONNX (onnxruntime and many\n"
      "more), or TorchScript (torch.jit.load; deprecated by PyTorch since 2.11, so prefer\n"
      "ONNX). Input is float32: images [N, C, H, W] with pixels in [0, 1]; rows of a table\n"
      "[N, D] as in the file, unscaled, categories as 0 and 1 a level (the export names its\n"
      "values in their order), NaN for an empty cell, which it fills with the mean of the "
      "training\n"
      "rows. Output of decoder and autoencoder is in the same units. What was\n"
      "written is loaded and compared with the model before success is reported.");
  flags.word("MODEL", model_path, /*required=*/true);
  flags.add("format", "onnx or torchscript", format);
  flags.add("part", "encoder, decoder or autoencoder", part);
  flags.add("out", "file to write (PART.onnx, or PART.pt)", out);
  flags.add_switch("overwrite", "replace the file if it is there", overwrite);
  if (!flags.parse(arguments)) return kDone;
  const bool onnx = format == ExportFormat::kOnnx;
  if (out.empty()) out = to_text(part) + (onnx ? ".onnx" : ".pt");
  require_free(out, overwrite);
  const TrainedModel model = load_model(model_path);
  const ExportReport report =
      onnx ? export_onnx(model, part, out) : export_torchscript(model, part, out);
  std::cout << out << ": " << to_text(part) << ", [N x " << shape_text(report.input_shape)
            << "] to [N x " << shape_text(report.output_shape) << "], " << with_commas(report.bytes)
            << " bytes; largest difference "
            << "from the model " << scientific(report.largest_difference)
            << (model.table && part != ModelPart::kEncoder ? " of a column's size\n" : "\n");
  return kDone;
}

}  // namespace diabolo::app
