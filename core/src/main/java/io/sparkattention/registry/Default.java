package io.sparkattention.registry;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The value of an option that a spec does not name; an option without one must be named. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {

  /** The value as it would be written in a spec. */
  String value();

  /** What the option means, with its unit. */
  String means() default "";
}
