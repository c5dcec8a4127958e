package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reckoner.ledger.Database;

class HeartSchemaTest {

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void what_flyway_remembers_is_what_is_written_beside_the_scripts(TestDatabase kind) throws IOException {
        try (Database database = kind.open();
                InputStream written = Heart.class.getResourceAsStream("history.txt")) {
            assertThat(written).isNotNull();
            List<String> ran = database.read(
                    handle -> handle.createQuery("""
                            SELECT script || ' ' || checksum FROM heart_schema_history
                            WHERE type = 'SQL' AND success ORDER BY installed_rank""").mapTo(String.class).list());
            assertThat(ran)
                    .as("history.txt must have these lines, or every start takes the time of Flyway")
                    .isEqualTo(new String(written.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void flyway_finds_that_all_its_scripts_ran_as_they_are(TestDatabase kind) {
        assertThatCode(() -> HeartUpgradeTest.flyway(kind, kind.fresh()).load().validate())
                .doesNotThrowAnyException();
    }
}
