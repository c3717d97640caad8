package io.sparkattention;

import ai.djl.pytorch.jni.JniUtils;
import io.sparkattention.tensor.TorchEngine;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs the tests of a class with one thread inside operators: on arrays as small as those of tiny
 * models, threads that wait for one another take most of the time.
 */
public final class OneThread implements BeforeAllCallback, AfterAllCallback {

  private int before;

  @Override
  public void beforeAll(ExtensionContext context) {
    TorchEngine.engine(); // loads the library
    before = JniUtils.getNumThreads();
    JniUtils.setNumThreads(1);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    JniUtils.setNumThreads(before);
  }
}
