package io.sparkattention.udfs.metrics;

import io.sparkattention.model.InferenceListener;
import io.sparkattention.model.Outcome;
import io.sparkattention.text.TokenBatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Counts what the models of this process do. Thread-safe; counting costs next to nothing. */
public final class InferenceActivity implements InferenceListener {

  private static final InferenceActivity PROCESS = new InferenceActivity(System::nanoTime);

  private final LongAdder rows = new LongAdder();
  private final LongAdder rowErrors = new LongAdder();
  private final LongAdder tokens = new LongAdder();
  private final LongAdder spared = new LongAdder();
  private final LongAdder written = new LongAdder();
  private final LongAdder slots = new LongAdder();
  private final LongAdder batches = new LongAdder();
  private final LongAdder sequences = new LongAdder();
  private final LongAdder outOfMemory = new LongAdder();
  private final LongAdder modelsLoaded = new LongAdder();
  private final LongAdder models = new LongAdder();
  private final LongAdder busyNanos = new LongAdder();
  private final AtomicLong threads = new AtomicLong();
  private final UseClock inUse;
  private volatile LongSupplier deviceBytes = () -> 0;

  InferenceActivity(LongSupplier nanos) {
    this.inUse = new UseClock(nanos);
  }

  /** That of this process. */
  public static InferenceActivity ofThisProcess() {
    return PROCESS;
  }

  @Override
  public void read(TokenBatch batch) {
    tokens.add(batch.tokens());
    slots.add((long) batch.size() * batch.longest());
    sequences.add(batch.size());
    batches.increment();
  }

  @Override
  public void spared(long tokens) {
    spared.add(tokens);
  }

  @Override
  public void wrote(int tokens) {
    written.add(tokens);
  }

  @Override
  public void outOfMemory(TokenBatch batch) {
    outOfMemory.increment();
  }

  /** A row was computed: it has a result, or an error in its place. */
  public void row(Outcome<?> outcome) {
    rows.increment();
    if (outcome.failed()) {
      rowErrors.increment();
    }
  }

  /** A model was loaded. */
  public void modelLoaded() {
    modelsLoaded.increment();
    models.increment();
  }

  /** A model was closed. */
  public void modelClosed() {
    models.decrement();
  }

  /** A task has a model from here on. */
  public void useBegins() {
    inUse.enter();
  }

  /** A task gave its model back. */
  public void useEnds() {
    inUse.leave();
  }

  /** A thread of the pool was busy for some nanoseconds. */
  public void busy(long nanos) {
    busyNanos.add(nanos);
  }

  /** The pool has that many threads. */
  public void poolOf(int size) {
    threads.set(size);
  }

  /** Asks there for the memory of devices from now on. */
  public void deviceBytes(LongSupplier source) {
    deviceBytes = source;
  }

  /** What was counted until now. */
  public InferenceCounts counts() {
    return new InferenceCounts(
        rows.sum(),
        rowErrors.sum(),
        tokens.sum(),
        spared.sum(),
        written.sum(),
        slots.sum(),
        batches.sum(),
        sequences.sum(),
        outOfMemory.sum(),
        modelsLoaded.sum(),
        models.sum(),
        inUse.total(),
        busyNanos.sum(),
        threads.get(),
        deviceBytes.getAsLong());
  }
}
