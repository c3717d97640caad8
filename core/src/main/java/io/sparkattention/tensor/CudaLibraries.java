package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/**
 * What recording calls of the libraries that libtorch has brought into this process: the CUDA
 * runtime, and the part of libtorch whose C interface is kept stable for compiled models.
 */
record CudaLibraries(Runtime runtime, Torch torch) {

  /** Capture that does not forbid other threads anything. */
  static final int RELAXED = 2;

  /** A stream that does not wait for the default stream, nor that one for it. */
  static final int NON_BLOCKING = 1;

  private static final int OUT_OF_MEMORY = 2;

  /** Functions of the CUDA runtime; 0 tells that one succeeded. */
  interface Runtime extends Library {
    int cudaGetDevice(IntByReference device);

    int cudaSetDevice(int device);

    int cudaStreamCreateWithFlags(PointerByReference stream, int flags);

    int cudaStreamDestroy(Pointer stream);

    int cudaStreamSynchronize(Pointer stream);

    int cudaMemGetInfo(LongByReference free, LongByReference total);

    int cudaStreamBeginCapture(Pointer stream, int mode);

    int cudaStreamEndCapture(Pointer stream, PointerByReference graph);

    int cudaGraphInstantiateWithFlags(PointerByReference executable, Pointer graph, long flags);

    int cudaGraphLaunch(Pointer executable, Pointer stream);

    int cudaGraphDestroy(Pointer graph);

    int cudaGraphExecDestroy(Pointer executable);

    int cudaGetLastError();
  }

  /** Functions of libtorch; 0 tells that one succeeded. */
  interface Torch extends Library {
    int aoti_torch_create_cuda_stream_guard(Pointer stream, int device, PointerByReference guard);

    int aoti_torch_delete_cuda_stream_guard(Pointer guard);
  }

  /** The libraries of this process, empty where libtorch has none for CUDA or lacks a function. */
  static Optional<CudaLibraries> loaded() {
    Optional<String> runtime = path("libcudart");
    Optional<String> torch = path("libtorch_cuda.so");
    if (runtime.isEmpty() || torch.isEmpty()) {
      return Optional.empty();
    }
    CudaLibraries loaded =
        new CudaLibraries(
            Native.load(runtime.get(), Runtime.class), Native.load(torch.get(), Torch.class));
    return Optional.of(loaded);
  }

  /** Where a library was loaded from, as Linux tells. */
  private static Optional<String> path(String name) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.contains("/" + name))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // not Linux
    }
  }

  /**
   * Calls a function of the runtime for a device, whichever is the thread's own.
   *
   * @throws EngineException if it fails
   */
  void on(Device device, IntSupplier function) {
    IntByReference before = new IntByReference();
    require(runtime.cudaGetDevice(before));
    require(runtime.cudaSetDevice(device.getDeviceId()));
    try {
      require(function.getAsInt());
    } finally {
      runtime.cudaSetDevice(before.getValue());
    }
  }

  /** Fails as libtorch does where a function did. */
  static void require(int status) {
    if (status != 0) {
      String reason = status == OUT_OF_MEMORY ? "out of memory" : "status " + status;
      throw new EngineException("CUDA error: " + reason);
    }
  }
}
