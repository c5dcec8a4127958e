package org.reckoner.prices.yaml;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Finds what somebody probably meant to write.
public final class Nearest {

    private static final int SUGGESTED = 3;

    private Nearest() {}

    /// The known words that a word is most probably a slip of; none if it is near to none.
    public static List<String> to(String word, Collection<String> known) {
        int allowed = Math.max(1, (word.length() + 1) / 3);
        int least = known.stream()
                .mapToInt(candidate -> slips(word, candidate))
                .min()
                .orElse(Integer.MAX_VALUE);
        return least > allowed
                ? List.of()
                : known.stream()
                        .distinct()
                        .filter(candidate -> slips(word, candidate) == least)
                        .sorted()
                        .limit(SUGGESTED)
                        .toList();
    }

    /// The end of a message: `; did you mean 'price'?`, or empty if nothing is near.
    public static String hint(String word, Collection<String> known) {
        List<String> near = to(word, known);
        return near.isEmpty() ? "" : "; did you mean '" + String.join("' or '", near) + "'?";
    }

    /// Letters left out, added, replaced or swapped with their neighbour; letter case and the choice between
    /// `-`, `_` and `.` count nothing.
    private static int slips(String one, String other) {
        String a = folded(one);
        String b = folded(other);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 ? j : j == 0 ? i : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(cost[i - 1][j - 1] + same, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }

    private static String folded(String word) {
        String shown = word.length() > 100 ? word.substring(0, 100) : word;
        return shown.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
    }
}
