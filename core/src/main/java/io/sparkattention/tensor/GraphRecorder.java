package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what a call launches on a GPU as a CUDA graph, which is launched again at once: the host
 * no longer names hundreds of operators one by one. All recordings of a device use one {@link
 * GraphArena}, so that what lies between their operators never belongs to anything else.
 *
 * <p>Recordings run on the default stream, after and before whatever else runs there. They
 * overwrite what lies between the operators of one another, so one thread at a time records or
 * replays.
 */
final class GraphRecorder implements StepRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(GraphRecorder.class);
  private static final Map<Device, Optional<StepRecorder>> MADE = new ConcurrentHashMap<>();
  private static final long FEWEST_BYTES = 128L << 20;
  private static final long MOST_BYTES = 1L << 30;

  private final Device device;
  private final CudaLibraries cuda;
  private final Set<Object> kinds = Collections.newSetFromMap(new WeakHashMap<>());
  private final Set<Object> refused = Collections.newSetFromMap(new WeakHashMap<>());
  private GraphArena arena; // null before the first recording

  GraphRecorder(Device device, CudaLibraries cuda) {
    this.device = device;
    this.cuda = cuda;
  }

  /** A call that was recorded as a graph. */
  private final class Graph implements Recorded {

    private final NDManager owner;
    private final NDArray result;
    private final Pointer executable;
    private final GraphArena memory;

    private Graph(NDManager owner, NDArray result, Pointer executable, GraphArena memory) {
      this.owner = owner;
      this.result = result;
      this.executable = executable;
      this.memory = memory;
      memory.use();
    }

    @Override
    public NDArray replay(NDManager scope, NDArray read, NDArray now) {
      synchronized (GraphRecorder.this) { // the next replay of any call overwrites the result
        Uploads.into(read, now);
        onDevice(() -> cuda.runtime().cudaGraphLaunch(executable, Pointer.NULL));
        NDArray copy = result.duplicate();
        copy.attach(scope);
        return copy;
      }
    }

    @Override
    public void close() {
      synchronized (GraphRecorder.this) {
        onDevice(() -> cuda.runtime().cudaStreamSynchronize(Pointer.NULL));
        onDevice(() -> cuda.runtime().cudaGraphExecDestroy(executable));
        owner.close();
        memory.release();
      }
    }
  }

  /** The recorder of a device, empty where nothing can be recorded. */
  static Optional<StepRecorder> on(Device device) {
    return MADE.computeIfAbsent(device, GraphRecorder::made);
  }

  private static Optional<StepRecorder> made(Device device) {
    if (!device.isGpu()) {
      return Optional.empty();
    }
    try {
      return CudaLibraries.loaded().map(cuda -> new GraphRecorder(device, cuda));
    } catch (UnsatisfiedLinkError e) {
      LOG.info("Steps on {} are not recorded: {}", device, e.getMessage());
      return Optional.empty();
    }
  }

  /** {@inheritDoc} A word in the log tells where it cannot. */
  @Override
  public synchronized Optional<Recorded> record(Object kind, Function<NDManager, NDArray> call) {
    if (refused.contains(kind)) {
      return Optional.empty();
    }
    try {
      boolean known = kinds.contains(kind);
      if (!known) {
        dryRun(call); // loads what is loaded on first use
      }
      onDevice(() -> cuda.runtime().cudaStreamSynchronize(Pointer.NULL)); // replays that still run
      Optional<Recorded> recorded = arena == null ? Optional.empty() : recordIn(arena, known, call);
      long bytes = arena == null ? FEWEST_BYTES : 2 * arena.bytes(); // it needs more than others
      while (recorded.isEmpty() && bytes <= MOST_BYTES) {
        recorded = recordInNew(bytes, call);
        bytes *= 2;
      }
      if (recorded.isPresent()) {
        kinds.add(kind);
        return recorded;
      }
      LOG.warn("Steps on {} are not recorded: one takes more than {} bytes", device, MOST_BYTES);
    } catch (RuntimeException | UnsatisfiedLinkError e) {
      LOG.warn("Steps on {} are not recorded: {}", device, e.toString());
    }
    refused.add(kind);
    return Optional.empty();
  }

  /** Replaces the arena by one that holds the call; one that does not is given back at once. */
  private Optional<Recorded> recordInNew(long bytes, Function<NDManager, NDArray> call) {
    GraphArena larger = new GraphArena(cuda, device, bytes);
    GraphArena goes = larger;
    try {
      Optional<Recorded> recorded = recordIn(larger, false, call);
      if (recorded.isPresent()) {
        goes = arena;
        arena = larger;
      }
      return recorded;
    } finally {
      if (goes != null) {
        goes.retire();
      }
    }
  }

  private Optional<Recorded> recordIn(
      GraphArena memory, boolean rehearsed, Function<NDManager, NDArray> call) {
    return memory.within(
        () -> rehearsed || fits(memory, call) ? recordNow(memory, call) : Optional.empty());
  }

  private void dryRun(Function<NDManager, NDArray> call) {
    try (NDManager scope = TorchEngine.newManager(device)) {
      call.apply(scope);
    }
  }

  /** Whether the arena holds all that the call allocates. */
  private boolean fits(GraphArena memory, Function<NDManager, NDArray> call) {
    long free = freeBytes();
    try (NDManager scope = TorchEngine.newManager(device)) {
      call.apply(scope);
      onDevice(() -> cuda.runtime().cudaStreamSynchronize(memory.stream()));
    }
    return freeBytes() >= free;
  }

  /** Empty where the arena did not hold all that the call allocated. */
  private Optional<Recorded> recordNow(GraphArena memory, Function<NDManager, NDArray> call) {
    long free = freeBytes();
    NDManager owner = TorchEngine.newManager(device);
    try {
      Pointer stream = memory.stream();
      onDevice(() -> cuda.runtime().cudaStreamBeginCapture(stream, CudaLibraries.RELAXED));
      PointerByReference graph = new PointerByReference();
      NDArray result;
      int ended;
      try {
        result = call.apply(owner);
      } finally {
        ended = cuda.runtime().cudaStreamEndCapture(stream, graph);
      }
      CudaLibraries.require(ended);
      if (freeBytes() < free) {
        cuda.runtime().cudaGraphDestroy(graph.getValue());
        owner.close();
        return Optional.empty();
      }
      PointerByReference executable = new PointerByReference();
      int made = cuda.runtime().cudaGraphInstantiateWithFlags(executable, graph.getValue(), 0);
      cuda.runtime().cudaGraphDestroy(graph.getValue());
      CudaLibraries.require(made);
      return Optional.of(new Graph(owner, result, executable.getValue(), memory));
    } catch (RuntimeException e) {
      cuda.runtime().cudaGetLastError(); // clears it
      owner.close();
      throw e;
    }
  }

  private long freeBytes() {
    LongByReference free = new LongByReference();
    onDevice(() -> cuda.runtime().cudaMemGetInfo(free, new LongByReference()));
    return free.getValue();
  }

  /** Calls a function of the runtime for this device, whichever the thread has. */
  private void onDevice(IntSupplier function) {
    cuda.on(device, function);
  }
}
