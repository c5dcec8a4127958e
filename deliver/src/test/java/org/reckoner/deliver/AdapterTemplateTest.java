package org.reckoner.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The project `adapter-template` inherits nothing from ours, and its class is printed in a page. They say
/// the same.
class AdapterTemplateTest {

    private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");
    private static final Path TEMPLATE = ROOT.resolve("adapter-template");

    static final Path CLASS = TEMPLATE.resolve("src/main/java/org/example/reckoner/TextFiles.java");

    @Test
    void the_page_prints_the_class_of_the_template() throws Exception {
        String page = Files.readString(ROOT.resolve("docs/how-to/write-an-adapter.md"));

        assertThat(page).contains("```java\n" + Files.readString(CLASS) + "```\n");
    }

    @Test
    void the_template_has_our_versions_of_libraries_and_plugins() throws Exception {
        Map<String, String> ours = versions(ROOT.resolve("pom.xml"));
        Map<String, String> theirs = versions(TEMPLATE.resolve("pom.xml"));
        theirs.remove("maven-shade-plugin"); // in a comment; we do not use it

        assertThat(theirs).hasSizeGreaterThan(8);
        assertThat(ours).containsAllEntriesOf(theirs);
    }

    /// Of plugins, of Reckoner, and of what has a property NAME.version, by name.
    private static Map<String, String> versions(Path pom) throws IOException {
        String text = Files.readString(pom);
        Map<String, String> versions = new TreeMap<>();
        Matcher reckoner = Pattern.compile("<artifactId>reckoner</artifactId>\\s*<version>([^<]+)<")
                .matcher(text);
        if (reckoner.find()) {
            versions.put("reckoner", reckoner.group(1));
        }
        Matcher property = Pattern.compile("<([\\w.-]+)\\.version>([^<]+)<").matcher(text);
        while (property.find()) {
            versions.put(property.group(1), property.group(2));
        }
        Matcher plugin = Pattern.compile("<artifactId>([\\w-]+-plugin)</artifactId>\\s*<version>([^<]+)<")
                .matcher(text);
        while (plugin.find()) {
            versions.put(plugin.group(1), plugin.group(2));
        }
        return versions;
    }
}
