package org.reckoner.ledger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The same tests on every database, each with a fresh ledger that has one price book.
@ParameterizedClass
@EnumSource(TestDatabase.class)
public abstract class OnEachDatabase {

    @Parameter
    @SuppressWarnings("NullAway.Init")
    protected TestDatabase kind;

    @SuppressWarnings("NullAway.Init")
    protected House house;

    @BeforeEach
    void open() {
        house = new House(kind.open());
        house.load(House.BOOK);
    }

    @AfterEach
    void close() {
        house.close();
    }
}
