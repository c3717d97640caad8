package io.sparkattention.registry;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a registered record is, in one sentence, and where it comes from. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Described {

  /** One sentence without its full stop. */
  String summary();

  /** The paper with its arXiv id, or the library whose behaviour is followed. */
  String source();

  /** Whether the paper trains a model for it, so that other weights show only how it works. */
  boolean operatorOnly() default false;
}
