package org.reckoner.simulators.odoo;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/// A field of a model.
///
/// @param of for relations the other model; for numbers what Odoo calls their accuracy; empty otherwise
/// @param inverse for one2many the field of the other model that points back
record Field(String name, Type type, String of, String inverse) {

    enum Type {
        CHAR,
        TEXT,
        HTML,
        INTEGER,
        BOOLEAN,
        FLOAT,
        MONETARY,
        MANY2ONE,
        ONE2MANY,
        MANY2MANY
    }

    static Field text(String name) {
        return new Field(name, Type.CHAR, "", "");
    }

    /// What people write into documents is HTML since Odoo 15.
    static Field note(String name, int version) {
        return new Field(name, version < 15 ? Type.TEXT : Type.HTML, "", "");
    }

    static Field flag(String name) {
        return new Field(name, Type.BOOLEAN, "", "");
    }

    static Field integer(String name) {
        return new Field(name, Type.INTEGER, "", "");
    }

    static Field money(String name) {
        return new Field(name, Type.MONETARY, "", "");
    }

    /// @param accuracy as `decimal.precision` names it; empty for as many places as are sent
    static Field number(String name, String accuracy) {
        return new Field(name, Type.FLOAT, accuracy, "");
    }

    static Field one(String name, String model) {
        return new Field(name, Type.MANY2ONE, model, "");
    }

    static Field lines(String name, String model, String inverse) {
        return new Field(name, Type.ONE2MANY, model, inverse);
    }

    static Field many(String name, String model) {
        return new Field(name, Type.MANY2MANY, model, "");
    }

    /// What is read when nothing was ever written; none for what Odoo shows as `false`.
    Optional<Object> nothing() {
        return switch (type) {
            case CHAR, TEXT, HTML, MANY2ONE, BOOLEAN -> Optional.empty();
            case INTEGER -> Optional.of(0);
            case FLOAT, MONETARY -> Optional.of(BigDecimal.ZERO);
            case ONE2MANY, MANY2MANY -> Optional.of(List.of());
        };
    }
}
