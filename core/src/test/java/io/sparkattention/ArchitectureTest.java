package io.sparkattention;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows of the engine: who may use whom, and what public names look like. */
class ArchitectureTest {
  private static final String ROOT = "io.sparkattention.";
  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("io.sparkattention");

  /** Every room with the rooms it uses; what those use in turn is open to it as well. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("registry", Set.of()),
          Map.entry("tensor", Set.of("registry")),
          Map.entry("attention", Set.of("tensor")),
          Map.entry("kvcache", Set.of("tensor")),
          Map.entry("weights", Set.of("tensor")),
          Map.entry("text", Set.of("registry")),
          Map.entry("probe", Set.of("attention")),
          Map.entry("model", Set.of("attention", "kvcache", "weights", "text", "probe")),
          Map.entry("generate", Set.of("model")),
          Map.entry("statistics", Set.of("probe", "model")),
          Map.entry("prompt", Set.of("text")),
          Map.entry("summarize", Set.of("generate", "prompt", "statistics")),
          Map.entry("rerank", Set.of("generate", "prompt", "statistics")),
          Map.entry("evaluate", Set.of("model")),
          Map.entry("measure", Set.of("model")));

  @Test
  void everyClassLivesInARoom() {
    classes().should(onlyLiveInARoom()).check(ENGINE);
  }

  @Test
  void arrowsPointOneWay() {
    classes().should(onlyUseWhatTheArrowsAllow()).check(ENGINE);
  }

  @Test
  void coreKnowsNeitherSparkNorHadoop() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
        .check(ENGINE);
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses()
        .that()
        .arePublic()
        .should()
        .haveNameMatching(".*(Impl|Manager|Helper|Helpers|Util|Utils)")
        .check(ENGINE);
  }

  @Test
  void methodsNeedNoGet() {
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .and(describe("are not inherited from a library", m -> !overridesForeign(m)))
        .should(not(haveAGetterName()))
        .check(ENGINE);
  }

  private static Set<String> reachable(String room) {
    Set<String> found = new TreeSet<>(Set.of(room));
    ARROWS.get(room).forEach(next -> found.addAll(reachable(next)));
    return found;
  }

  private static String room(JavaClass type) {
    String name = type.getPackageName() + ".";
    if (!name.startsWith(ROOT) || name.equals(ROOT)) {
      return "";
    }
    return name.substring(ROOT.length(), name.indexOf('.', ROOT.length()));
  }

  private static ArchCondition<JavaClass> onlyLiveInARoom() {
    return new ArchCondition<>("live in one of " + new TreeSet<>(ARROWS.keySet())) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean known = ARROWS.containsKey(room(type));
        events.add(new SimpleConditionEvent(type, known, type.getName() + " lives elsewhere"));
      }
    };
  }

  private static ArchCondition<JavaClass> onlyUseWhatTheArrowsAllow() {
    return new ArchCondition<>("only use what the arrows allow") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String from = room(type);
        if (!ARROWS.containsKey(from)) {
          return;
        }
        Set<String> allowed = reachable(from);
        type.getDirectDependenciesFromSelf().stream()
            .filter(use -> ARROWS.containsKey(room(use.getTargetClass().getBaseComponentType())))
            .forEach(
                use -> {
                  String to = room(use.getTargetClass().getBaseComponentType());
                  String message = use.getDescription() + ": " + from + " may use only " + allowed;
                  events.add(new SimpleConditionEvent(type, allowed.contains(to), message));
                });
      }
    };
  }

  private static ArchCondition<JavaMethod> haveAGetterName() {
    return new ArchCondition<>("be named getX") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean getter = method.getName().matches("get\\p{Lu}.*");
        events.add(new SimpleConditionEvent(method, getter, method.getFullName()));
      }
    };
  }

  private static boolean overridesForeign(JavaMethod method) {
    if (method.getModifiers().contains(JavaModifier.STATIC)) {
      return false;
    }
    JavaClass owner = method.getOwner();
    return Stream.of(owner.getAllRawSuperclasses(), owner.getAllRawInterfaces())
        .flatMap(Collection::stream)
        .filter(parent -> !parent.getName().startsWith(ROOT))
        .anyMatch(parent -> declares(parent, method));
  }

  private static boolean declares(JavaClass parent, JavaMethod method) {
    return parent.getMethods().stream()
        .anyMatch(
            other ->
                other.getName().equals(method.getName())
                    && other.getRawParameterTypes().size() == method.getRawParameterTypes().size());
  }
}
