package org.silverblaze;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Data comes in at the top of the house and leaves at the bottom: a package imports only packages above it. */
final class HouseRulesTest {
    private static final List<String> FLOORS = List.of(
            "files",
            "random",
            "lattice",
            "theory",
            "network",
            "engine",
            "engine.reference",
            "engine.vector",
            "engine.cuda",
            "dispatch",
            "statistics",
            "dataset",
            "sampling",
            "training",
            "evaluation",
            "report",
            "experiment",
            "bench",
            "cli");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.silverblaze");

    private static String name(String floor) {
        return "org.silverblaze." + floor;
    }

    @Test
    void aPackageImportsOnlyPackagesAboveIt() {
        for (int i = 0; i < FLOORS.size(); i++) {
            String[] below = FLOORS.subList(i + 1, FLOORS.size()).stream()
                    .map(HouseRulesTest::name)
                    .toArray(String[]::new);
            if (below.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage(name(FLOORS.get(i)))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(below)
                        .allowEmptyShould(true)
                        .check(CLASSES);
            }
        }
    }

    @Test
    void everyPackageHasItsPlaceInTheList() {
        Stream<String> packages = CLASSES.stream().map(c -> c.getPackageName()).distinct();
        List<String> unknown = packages.filter(p -> !p.equals("org.silverblaze"))
                .filter(p -> FLOORS.stream().noneMatch(f -> p.equals(name(f))))
                .toList();
        org.assertj.core.api.Assertions.assertThat(unknown).isEmpty();
    }

    @Test
    void noEngineKnowsAnother() {
        List<String> engines = List.of(name("engine.reference"), name("engine.vector"), name("engine.cuda"));
        for (String engine : engines) {
            noClasses()
                    .that()
                    .resideInAPackage(engine)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(engines.stream()
                            .filter(other -> !other.equals(engine))
                            .toArray(String[]::new))
                    .check(CLASSES);
        }
    }

    @Test
    void onlyDispatchKnowsTheEngines() {
        noClasses()
                .that()
                .resideOutsideOfPackages(name("dispatch"), name("engine.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(name("engine.reference"), name("engine.vector"), name("engine.cuda"))
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
