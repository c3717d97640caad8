package io.sparkattention.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sparkattention.text.TokenBatch;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/** The peer on a CPU: ONNX Runtime on the published graph, padded batches, mean pooling in Java. */
final class OnnxEmbedder implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxEmbedder(byte[] graph, int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    session = environment.createSession(graph, options);
  }

  /** Unit vectors of a batch, padded to its longest sequence. */
  float[][] embed(TokenBatch batch) {
    int rows = batch.size();
    int columns = batch.longest();
    long[] ids = new long[rows * columns];
    long[] mask = new long[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < batch.length(i); j++) {
        ids[i * columns + j] = batch.ids()[batch.offsets()[i] + j];
        mask[i * columns + j] = 1;
      }
    }
    long[] shape = {rows, columns};
    try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
        OnnxTensor maskTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
        OnnxTensor types =
            OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[ids.length]), shape);
        OrtSession.Result result =
            session.run(
                Map.of(
                    "input_ids", idTensor,
                    "attention_mask", maskTensor,
                    "token_type_ids", types))) {
      return pooled(((OnnxTensor) result.get(0)).getFloatBuffer(), batch, columns);
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
    session.close();
  }
}
