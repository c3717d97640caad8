package io.sparkattention.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sparkattention.model.OnnxGraph;
import io.sparkattention.text.TokenBatch;
import java.nio.FloatBuffer;

/** The peer on a CPU: ONNX Runtime on the published graph, padded batches, mean pooling in Java. */
final class OnnxEmbedder implements AutoCloseable {

  private final OnnxGraph graph;

  OnnxEmbedder(byte[] file, int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    graph = new OnnxGraph(file, options);
  }

  /** Unit vectors of a batch, padded to its longest sequence. */
  float[][] embed(TokenBatch batch) {
    try {
      return graph.run(
          batch,
          outputs ->
              pooled(((OnnxTensor) outputs.get(0)).getFloatBuffer(), batch, batch.longest()));
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static float[][] pooled(FloatBuffer hidden, TokenBatch batch, int columns) {
    int width = hidden.remaining() / (batch.size() * columns);
    float[] token = new float[width];
    float[][] vectors = new float[batch.size()][width];
    for (int i = 0; i < vectors.length; i++) {
      double squares = 0;
      for (int j = 0; j < batch.length(i); j++) {
        hidden.get((i * columns + j) * width, token);
        for (int k = 0; k < width; k++) {
          vectors[i][k] += token[k];
        }
      }
      for (float x : vectors[i]) {
        squares += (double) x * x;
      }
      for (int k = 0; k < width; k++) {
        vectors[i][k] /= (float) Math.sqrt(squares);
      }
    }
    return vectors;
  }

  @Override
  public void close() throws OrtException {
    graph.close();
  }
}
