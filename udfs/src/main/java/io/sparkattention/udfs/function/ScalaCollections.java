package io.sparkattention.udfs.function;

import java.util.List;
import java.util.TreeMap;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Lists and maps as Catalyst writes them. */
final class ScalaCollections {

  private ScalaCollections() {}

  static <T> List<T> list(Seq<? extends T> seq) {
    return List.copyOf(CollectionConverters.asJava(seq));
  }

  static <V> Map<String, V> map(java.util.Map<String, ? extends V> map) {
    return Map$.MODULE$.<String, V>from(
        CollectionConverters.<String, V>asScala(new TreeMap<String, V>(map)));
  }

  static <T> Seq<T> seq(List<? extends T> list) {
    return CollectionConverters.<T>asScala(List.<T>copyOf(list)).toSeq();
  }
}
