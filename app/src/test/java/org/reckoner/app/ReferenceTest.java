package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.app.cli.CommandLines;
import org.reckoner.app.config.BadConfiguration;
import org.reckoner.app.config.Configuration;
import org.reckoner.app.config.ConfigurationFile;
import org.reckoner.prices.yaml.Environment;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The reference pages of the command line and of the configuration say what the code does. After a change of
/// the commands, run `./mvnw -pl app -am test -Dtest=org.reckoner.app.ReferenceTest
/// -Dsurefire.failIfNoSpecifiedTests=false -Dreckoner.docs=write` to write theirs anew; the page of the
/// configuration is written by hand.
class ReferenceTest {

    private static final Path PAGES = Path.of(System.getProperty("basedir", "."), "..", "docs", "reference");

    /// Every section of a configuration, each with a key that nobody knows, so that the refusal lists those
    /// that somebody does.
    private static final String UNKNOWN_EVERYWHERE = """
            qqqqqqqqqqqqqqqqqqqqqqqq: 1
            ledger: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, url: "jdbc:sqlite:ledger.db"}
            collect: {qqqqqqqqqqqqqqqqqqqqqqqq: 1}
            openstack: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, reconcile: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, every: 6h}}
            resource-types:
              TYPE: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, events: [a.*], id: /id, owner: /owner}
            samples: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, mapping: m.yml, publisher: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, user: u}}
            listen: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, url: "amqp://host", rpc-casts: {qqqqqqqqqqqqqqqqqqqqqqqq: 1}}
            serve:
              qqqqqqqqqqqqqqqqqqqqqqqq: 1
              keystone: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, url: "http://host/v3"}
              heart: {qqqqqqqqqqqqqqqqqqqqqqqq: 1}
            deliver:
              NAME: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, adapter: files}
            measure:
              qqqqqqqqqqqqqqqqqqqqqqqq: 1
              gnocchi:
                qqqqqqqqqqqqqqqqqqqqqqqq: 1
                meters: {NAME: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, unit: x}}
              prometheus:
                qqqqqqqqqqqqqqqqqqqqqqqq: 1
                url: http://host/api/v1
                meters: {NAME: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, unit: x}}
              cloudkitty:
                qqqqqqqqqqqqqqqqqqqqqqqq: 1
                meters: {NAME: {qqqqqqqqqqqqqqqqqqqqqqqq: 1, unit: x}}
            concertim:
              qqqqqqqqqqqqqqqqqqqqqqqq: 1
              billing: NAME
              middleware: {qqqqqqqqqqqqqqqqqqqqqqqq: 1}
              push: {qqqqqqqqqqqqqqqqqqqqqqqq: 1}
            prices: {qqqqqqqqqqqqqqqqqqqqqqqq: 1}
            invoices:
              qqqqqqqqqqqqqqqqqqqqqqqq: 1
              limits: {qqqqqqqqqqqqqqqqqqqqqqqq: 1}
            """;

    private static final Pattern KNOWN =
            Pattern.compile(":\\d+:\\d+: (?:([^:\n]+): )?unknown key 'q+'; known are (.*)");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `([a-z][A-Za-z.-]*)` \\|");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\n(.*?)```");

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void the_page_of_the_command_line_is_what_the_commands_say_of_themselves() throws IOException {
        Path page = PAGES.resolve("command-line.md");
        String begin = "<!-- begin commands -->\n";
        String end = "<!-- end commands -->";
        String text = Files.readString(page);
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end);
        assertThat(to).as("%s has a place for the commands", page).isGreaterThan(from - 1);
        if ("write".equals(System.getProperty("reckoner.docs"))) {
            Files.writeString(page, text.substring(0, from) + commands() + text.substring(to));
        } else {
            assertThat(text.substring(from, to))
                    .as("the commands in %s; write them anew with -Dreckoner.docs=write", page)
                    .isEqualTo(commands());
        }
    }

    @Test
    void the_page_of_the_configuration_has_every_key_and_no_other() throws IOException {
        TreeSet<String> known = new TreeSet<>();
        assertThatThrownBy(() -> ConfigurationFile.parse("reckoner.yaml", UNKNOWN_EVERYWHERE, Environment.none()))
                .isInstanceOfSatisfying(
                        BadConfiguration.class,
                        refused -> KNOWN.matcher(String.valueOf(refused.getMessage()))
                                .results()
                                .forEach(section -> known.addAll(keys(section))));
        TreeSet<String> documented = matches(DOCUMENTED, Files.readString(PAGES.resolve("configuration.md")))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(known).as("keys that the code knows").hasSizeGreaterThan(30);
        assertThat(documented).as("keys in configuration.md").isEqualTo(known);
    }

    @Test
    void every_example_of_the_configuration_is_accepted() throws IOException {
        Files.writeString(folder.resolve("rabbitmq.password"), "secret\n");
        List<Configuration> examples = matches(EXAMPLE, Files.readString(PAGES.resolve("configuration.md")))
                .map(example -> example.replace("/etc/reckoner/", folder + "/"))
                .map(example -> ConfigurationFile.parse("reckoner.yaml", example, Environment.none()))
                .toList();

        assertThat(examples).isNotEmpty();
    }

    private static Stream<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1));
    }

    /// The keys of one section, with the section in front. What is itself a section counts by what is in it.
    private static List<String> keys(MatchResult known) {
        String section = known.group(1) == null ? "" : known.group(1).replace(", ", ".") + ".";
        return Arrays.stream(known.group(2).split(", "))
                .map(key -> section + key)
                .filter(key -> !List.of(
                                "ledger",
                                "collect",
                                "openstack",
                                "openstack.reconcile",
                                "resource-types",
                                "listen",
                                "listen.rpc-casts",
                                "samples",
                                "samples.publisher",
                                "serve",
                                "serve.keystone",
                                "serve.heart",
                                "deliver",
                                "measure",
                                "measure.gnocchi",
                                "measure.gnocchi.meters",
                                "measure.prometheus",
                                "measure.prometheus.meters",
                                "measure.cloudkitty",
                                "measure.cloudkitty.meters",
                                "concertim",
                                "concertim.middleware",
                                "concertim.push",
                                "prices",
                                "invoices",
                                "invoices.limits")
                        .contains(key))
                .toList();
    }

    private static String commands() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        StringBuilder page = new StringBuilder();
        try (Session session = new Session(nowhere, nowhere)) {
            CommandLine root = CommandLines.of(session);
            page.append(options(
                    root.getCommandSpec().options().stream()
                            .filter(option -> !option.inherited())
                            .sorted(Comparator.comparing(OptionSpec::longestName))
                            .toList(),
                    List.of()));
            root.getSubcommands().values().stream()
                    .map(CommandLine::getCommandSpec)
                    .filter(command -> !command.usageMessage().hidden())
                    .forEach(command -> describe(command, page));
        }
        return page.toString();
    }

    private static void describe(CommandSpec command, StringBuilder page) {
        List<OptionSpec> own = command.options().stream()
                .filter(option -> !option.inherited() && !option.usageHelp() && !option.versionHelp())
                .toList();
        page.append("\n%s %s\n\n"
                .formatted("#".repeat(command.qualifiedName().split(" ").length), command.qualifiedName()));
        Arrays.stream(command.usageMessage().description())
                .filter(line -> !line.isBlank())
                .forEach(line -> page.append(escaped(line)).append('\n'));
        page.append("\n    ").append(synopsis(command, own)).append('\n');
        if (!own.isEmpty() || command.positionalParameters().stream().anyMatch(ReferenceTest::isDescribed)) {
            page.append('\n').append(options(own, command.positionalParameters()));
        }
        command.subcommands().values().stream()
                .distinct()
                .forEach(subcommand -> describe(subcommand.getCommandSpec(), page));
    }

    private static String synopsis(CommandSpec command, List<OptionSpec> own) {
        List<String> words = new ArrayList<>(List.of(command.qualifiedName()));
        own.stream().filter(ArgSpec::required).map(ReferenceTest::name).forEach(words::add);
        if (own.stream().anyMatch(option -> !option.required())) {
            words.add("[options]");
        }
        command.positionalParameters().stream().map(ReferenceTest::name).forEach(words::add);
        if (!command.subcommands().isEmpty()) {
            words.add(command.userObject() instanceof Runnable ? "[COMMAND]" : "COMMAND");
        }
        return String.join(" ", words);
    }

    private static String options(List<OptionSpec> options, List<PositionalParamSpec> parameters) {
        StringBuilder table = new StringBuilder("| | |\n| --- | --- |\n");
        parameters.stream()
                .filter(ReferenceTest::isDescribed)
                .forEach(parameter -> table.append(row(name(parameter), parameter)));
        options.forEach(option -> table.append(row(name(option), option)));
        return table.toString();
    }

    private static String row(String name, ArgSpec argument) {
        String required = argument.isOption() && argument.required() ? "Required. " : "";
        String description = escaped(required + String.join(" ", argument.description()));
        return "| `%s` | %s |\n".formatted(name, description);
    }

    /// The name of some says it all.
    private static boolean isDescribed(PositionalParamSpec parameter) {
        return parameter.description().length > 0;
    }

    private static String name(OptionSpec option) {
        String names = String.join(", ", option.names());
        return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
    }

    private static String name(PositionalParamSpec parameter) {
        String label = parameter.paramLabel() + (parameter.arity().max() > 1 ? "..." : "");
        return parameter.arity().min() == 0 ? "[" + label + "]" : label;
    }

    private static String escaped(String text) {
        return text.strip().replace("|", "\\|").replace("<", "&lt;");
    }
}
