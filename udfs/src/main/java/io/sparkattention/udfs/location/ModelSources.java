package io.sparkattention.udfs.location;

import java.util.List;
import java.util.stream.Collectors;

/** The kinds of places that models come from; the first that serves a location is asked. */
final class ModelSources {

  private static final List<ModelSource> ALL =
      List.of(
          new ClassPathSource(),
          new ArchiveSource(),
          new HubSource(),
          new HadoopSource(),
          new KnownModelSource(),
          new DirectorySource());

  private ModelSources() {}

  /** The source of a location; a location of no other kind is a directory. */
  static ModelSource of(String location) {
    return ALL.stream().filter(source -> source.serves(location)).findFirst().orElseThrow();
  }

  /** How locations may look. */
  static String forms() {
    return ALL.stream().map(ModelSource::form).sorted().collect(Collectors.joining(", "));
  }
}
