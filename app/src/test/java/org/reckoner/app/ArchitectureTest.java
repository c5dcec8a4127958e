package org.reckoner.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// What Maven's modules cannot say about the house.
@AnalyzeClasses(
        packages = "org.reckoner",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
class ArchitectureTest {

    /// What a module lends to the tests of others is a test, too.
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule SOURCES_DO_NOT_KNOW_EACH_OTHER = slices().matching(
                    "org.reckoner.collect.(nova|glance|cinder|neutron|keystone|declared|recording|rabbitmq|novabilling|gnocchi|prometheus|cloudkitty|ceilometer|distil|heat)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule NO_BINARY_FLOATING_POINT_NEAR_MONEY = noClasses()
            .that()
            .resideInAnyPackage(
                    "org.reckoner.core..",
                    "org.reckoner.ledger..",
                    "org.reckoner.prices..",
                    "org.reckoner.serve.heart..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.Double")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.Float");

    /// A dialect keeps what only its own words need in tables of its own, in the ledger's transactions. The
    /// import of nova-billing reads a database of somebody else, which is its file format, and never the
    /// ledger.
    @ArchTest
    static final ArchRule ONLY_THE_LEDGER_A_DIALECT_AND_AN_IMPORT_SPEAK_SQL = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "org.reckoner.ledger..", "org.reckoner.serve.heart..", "org.reckoner.collect.novabilling..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.jdbi..");

    @ArchTest
    static final ArchRule BILLS_DO_NOT_ASK_WHAT_TIME_IT_IS = noClasses()
            .that()
            .resideInAnyPackage(
                    "org.reckoner.core..", "org.reckoner.prices..", "org.reckoner.present..", "org.reckoner.deliver..")
            .and()
            .resideOutsideOfPackage("org.reckoner.deliver.outbox..")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.time.Clock.class);
}
