package org.reckoner.present;

/// Text from outside, fit to be shown: names are chosen by customers and may hold anything.
final class Text {

    private static final int REPLACEMENT = 0xfffd;

    private Text() {}

    /// The text on one line, with what could steer a terminal, reorder what is read, or break a document
    /// replaced by `\ufffd`.
    static String printable(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            return text;
        }
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> printable.appendCodePoint(shown(c)));
        return printable.toString();
    }

    private static int shown(int codePoint) {
        if (codePoint == '\t' || codePoint == '\n' || codePoint == '\r') {
            return ' ';
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> REPLACEMENT;
            case Character.FORMAT -> isJoiner(codePoint) ? codePoint : REPLACEMENT;
            default -> codePoint;
        };
    }

    /// Zero-width joiners are part of how some scripts are written.
    private static boolean isJoiner(int codePoint) {
        return codePoint == 0x200c || codePoint == 0x200d;
    }

    /// How many columns of a terminal the text takes.
    static int width(String text) {
        return text.codePoints().map(Text::width).sum();
    }

    /// Its beginning and `…`, at most so many columns wide.
    static String cutEnd(String text, int columns) {
        return width(text) <= columns ? text : head(text, columns - 1) + "…";
    }

    /// Its beginning, `…` and its end, at most so many columns wide: ids differ at either end.
    static String cutMiddle(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        int tail = (columns - 1) / 2;
        return head(text, columns - 1 - tail) + "…" + tail(text, tail);
    }

    private static String head(String text, int columns) {
        int end = 0;
        int width = 0;
        while (end < text.length() && width + width(text.codePointAt(end)) <= columns) {
            width += width(text.codePointAt(end));
            end += Character.charCount(text.codePointAt(end));
        }
        return text.substring(0, end);
    }

    private static String tail(String text, int columns) {
        int start = text.length();
        int width = 0;
        while (start > 0 && width + width(text.codePointBefore(start)) <= columns) {
            width += width(text.codePointBefore(start));
            start -= Character.charCount(text.codePointBefore(start));
        }
        return text.substring(start);
    }

    private static int width(int codePoint) {
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        return isWide(codePoint) ? 2 : 1;
    }

    /// East Asian Wide and Fullwidth of Unicode's annex 11, by blocks.
    private static boolean isWide(int c) {
        return in(c, 0x1100, 0x115f)
                || (in(c, 0x2e80, 0xa4cf) && c != 0x303f)
                || in(c, 0xac00, 0xd7a3)
                || in(c, 0xf900, 0xfaff)
                || in(c, 0xfe30, 0xfe6f)
                || in(c, 0xff00, 0xff60)
                || in(c, 0xffe0, 0xffe6)
                || in(c, 0x1f300, 0x1f64f)
                || in(c, 0x1f900, 0x1f9ff)
                || in(c, 0x20000, 0x3fffd);
    }

    private static boolean in(int codePoint, int first, int last) {
        return first <= codePoint && codePoint <= last;
    }
}
