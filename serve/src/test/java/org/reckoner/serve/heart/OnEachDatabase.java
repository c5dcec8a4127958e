package org.reckoner.serve.heart;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The same tests on every database. Each test opens the house as it needs it.
@ParameterizedClass
@EnumSource(TestDatabase.class)
abstract class OnEachDatabase {

    @Parameter
    @SuppressWarnings("NullAway.Init")
    TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    House house;

    @AfterEach
    void close() {
        house.close();
    }
}
