package io.sparkattention.jobs.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options of one run with their values, all of them checked. */
public final class JobSettings {

  private record Setting(JobOption<?> option, String text, Object value) {}

  private final String job;
  private final Map<String, Setting> settings;

  private JobSettings(String job, Map<String, Setting> settings) {
    this.job = job;
    this.settings = settings;
  }

  /**
   * Gives each option the value of the first source that has one.
   *
   * @param options what the job declares
   * @param commandLine values by option name
   * @param sources values by key, the strongest source first
   * @throws UsageException with every option that is missing or has a value that is not allowed
   */
  public static JobSettings resolve(
      String job,
      List<JobOption<?>> options,
      Map<String, String> commandLine,
      List<Map<String, String>> sources) {
    Problems problems = new Problems();
    Map<String, Setting> settings = new LinkedHashMap<>();
    for (JobOption<?> option : options) {
      String text = commandLine.get(option.name());
      String origin = "--" + option.name();
      for (Map<String, String> source : sources) {
        if (text == null && source.containsKey(option.key(job))) {
          text = source.get(option.key(job));
          origin = option.key(job);
        }
      }
      if (text == null) {
        text = option.defaultText();
      }
      if (text != null) {
        parse(option, text, origin, problems).ifPresent(s -> settings.put(option.name(), s));
      } else if (option.presence() == JobOption.Presence.REQUIRED) {
        problems.add("--" + option.name() + " is missing: " + option.doc());
      }
    }
    problems.throwIfAny();
    return new JobSettings(job, settings);
  }

  private static Optional<Setting> parse(
      JobOption<?> option, String text, String origin, Problems problems) {
    try {
      return Optional.of(new Setting(option, text, option.type().parser().apply(text)));
    } catch (IllegalArgumentException e) {
      problems.add(origin + " " + text + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Which job this is for. */
  public String job() {
    return job;
  }

  /** The value of an option that is required or has a default. */
  public <T> T value(JobOption<T> option) {
    return optional(option)
        .orElseThrow(() -> new IllegalStateException("--" + option.name() + " has no value"));
  }

  /** The value of an option; empty if nobody set it. */
  @SuppressWarnings("unchecked") // the value was parsed by this option's type
  public <T> Optional<T> optional(JobOption<T> option) {
    Setting setting = settings.get(option.name());
    return Optional.ofNullable(setting == null ? null : (T) setting.value());
  }

  /** The text of an option as it was written. */
  public Optional<String> text(JobOption<?> option) {
    return Optional.ofNullable(settings.get(option.name())).map(Setting::text);
  }

  /** All settings as text, in the order of the declarations. */
  public Map<String, String> asMap() {
    Map<String, String> texts = new LinkedHashMap<>();
    settings.forEach((name, setting) -> texts.put(name, setting.text()));
    return Collections.unmodifiableMap(texts);
  }

  /** The settings that the results depend on. */
  public Map<String, String> forResults() {
    Map<String, String> texts = new LinkedHashMap<>();
    settings.forEach(
        (name, setting) -> {
          if (setting.option().effect() == JobOption.Effect.RESULTS) {
            texts.put(name, setting.text());
          }
        });
    return Collections.unmodifiableMap(texts);
  }
}
