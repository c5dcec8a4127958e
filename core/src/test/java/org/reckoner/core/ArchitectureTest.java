package org.reckoner.core;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Set;

/// What core may not do, so that a bill stays a pure function.
@AnalyzeClasses(packages = "org.reckoner.core", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final Set<String> BINARY =
            Set.of("double", "float", "java.lang.Double", "java.lang.Float", "[D", "[F");

    private static final DescribedPredicate<JavaClass> BINARY_FLOATING_POINT =
            DescribedPredicate.describe("binary floating point", type -> BINARY.contains(type.getName()));

    @ArchTest
    static final ArchRule no_field_is_binary_floating_point =
            noFields().should().haveRawType(BINARY_FLOATING_POINT);

    @ArchTest
    static final ArchRule no_method_returns_binary_floating_point =
            noCodeUnits().should().haveRawReturnType(BINARY_FLOATING_POINT);

    @ArchTest
    static final ArchRule no_method_takes_binary_floating_point =
            noCodeUnits().should().haveRawParameterTypes(DescribedPredicate.anyElementThat(BINARY_FLOATING_POINT));

    @ArchTest
    static final ArchRule no_decimal_is_made_of_a_double =
            noClasses().should().callConstructor(BigDecimal.class, double.class);

    @ArchTest
    static final ArchRule nothing_called_takes_or_gives_binary_floating_point = noClasses()
            .should()
            .callCodeUnitWhere(DescribedPredicate.describe(
                    "its signature has double or float",
                    call -> BINARY_FLOATING_POINT.test(call.getTarget().getRawReturnType())
                            || call.getTarget().getRawParameterTypes().stream().anyMatch(BINARY_FLOATING_POINT)));

    @ArchTest
    static final ArchRule nothing_asks_what_time_it_is_or_where_it_runs = noClasses()
            .should()
            .accessTargetWhere(DescribedPredicate.describe("it asks for the time", ArchitectureTest::asksForNow))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(
                    System.class,
                    Runtime.class,
                    Thread.class,
                    ProcessHandle.class,
                    java.util.Random.class,
                    java.util.UUID.class,
                    java.util.Date.class,
                    java.util.TimeZone.class)
            .because("the same input gives the same bill everywhere");

    private static boolean asksForNow(JavaAccess<?> access) {
        return access.getName().equals("now")
                        && access.getTargetOwner().getPackageName().startsWith("java.time")
                || access.getName().equals("systemDefault");
    }

    @ArchTest
    static final ArchRule nothing_is_read_or_written = noClasses()
            .should()
            .dependOnClassesThat(are(resideInAnyPackage(
                    "java.io..", "java.nio..", "java.sql..", "java.net..", "javax..", "java.util.concurrent..")));

    @ArchTest
    static final ArchRule only_java_itself_is_used = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", "org.reckoner.core..", ""));

    @ArchTest
    static final ArchRule packages_point_one_way = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("time")
            .definedBy("org.reckoner.core.time..")
            .layer("money")
            .definedBy("org.reckoner.core.money..")
            .layer("meter")
            .definedBy("org.reckoner.core.meter..")
            .layer("price")
            .definedBy("org.reckoner.core.price..")
            .layer("rate")
            .definedBy("org.reckoner.core.rate..")
            .layer("invoice")
            .definedBy("org.reckoner.core.invoice..")
            .whereLayer("time")
            .mayNotAccessAnyLayer()
            .whereLayer("money")
            .mayNotAccessAnyLayer()
            .whereLayer("meter")
            .mayOnlyAccessLayers("time", "money")
            .whereLayer("price")
            .mayOnlyAccessLayers("time", "money", "meter")
            .whereLayer("rate")
            .mayOnlyAccessLayers("time", "money", "meter", "price")
            .whereLayer("invoice")
            .mayOnlyAccessLayers("time", "money", "meter", "price", "rate");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("org.reckoner.core.(*)..").should().beFreeOfCycles();
}
