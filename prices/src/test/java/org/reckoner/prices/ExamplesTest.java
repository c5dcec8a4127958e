package org.reckoner.prices;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every price book that we show people is one that they can use.
class ExamplesTest {

    private static final Pattern EXAMPLE = Pattern.compile("^```yaml\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Path REFERENCE = Path.of("..", "docs", "reference", "price-books.md");

    @Test
    void the_sample_satisfies_the_schema() {
        assertThat(PriceBookSchema.objections(PriceBookFile.sample())).isEmpty();
    }

    @Test
    void every_example_of_the_reference_is_read_and_satisfies_the_schema() throws IOException {
        List<String> examples = examples();

        assertThat(examples).hasSizeGreaterThan(3);
        for (String example : examples) {
            assertThat(PriceBookFile.read("example", example)).as(example).isInstanceOf(PriceBookFile.Read.class);
            assertThat(PriceBookSchema.objections(example)).as(example).isEmpty();
        }
    }

    /// Whole books as they are; lists of prices and single sections with a head in front.
    private static List<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(Files.readString(REFERENCE));
        while (matcher.find()) {
            String text = matcher.group(1);
            String head = text.startsWith("price-book:") ? "" : "price-book: example\ncurrency: EUR\n";
            String tail = text.contains("prices:") ? "" : "prices: []\n";
            examples.add(text.startsWith("- ") ? head + "prices:\n" + text.indent(2) : head + text + tail);
        }
        return examples;
    }
}
