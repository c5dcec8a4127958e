package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// A part of an entry that gives money back, set off against one that asks for it. Kill Bill has no negative
/// charges, only adjustments of positive ones, none of them larger than what it adjusts.
///
/// @param back gives money back
/// @param charge asks for money
/// @param amount positive
record Offset(Entry back, Entry charge, BigDecimal amount) {

    /// Sets off as much as there is: first against entries about the same thing, then against the others in
    /// order. The same entries always give the same offsets.
    static List<Offset> of(List<Entry> entries) {
        List<Entry> charges =
                entries.stream().filter(each -> each.amount().signum() > 0).toList();
        BigDecimal[] left = charges.stream().map(Entry::amount).toArray(BigDecimal[]::new);
        List<Offset> offsets = new ArrayList<>();
        for (Entry back : entries) {
            BigDecimal rest = back.amount().negate();
            for (boolean like : new boolean[] {true, false}) {
                for (int i = 0; i < left.length && rest.signum() > 0; i++) {
                    Entry charge = charges.get(i);
                    BigDecimal part = rest.min(left[i]);
                    if (part.signum() > 0 && charge.isLike(back) == like) {
                        offsets.add(new Offset(back, charge, part));
                        left[i] = left[i].subtract(part);
                        rest = rest.subtract(part);
                    }
                }
            }
        }
        return offsets;
    }
}
