package org.reckoner.prices.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// A YAML document as a tree that knows where everything stands.
///
/// The tree is built from the parser's events, so that nothing is ever made by a tag, a key given twice is
/// seen, and depth and size are bounded before they cost anything.
public final class YamlDocument {

    private static final int DEEPEST = 64;
    private static final int LARGEST = 500_000;
    private static final int LONGEST = 32 * 1024 * 1024;

    private final Problems problems;
    private final Optional<YamlNode.Mapping> root;

    private YamlDocument(Problems problems, Optional<YamlNode.Mapping> root) {
        this.problems = problems;
        this.root = root;
    }

    /// Reads a document whose top is a mapping. What is wrong with it is in [#problems()]; a document that
    /// cannot be read at all has no [#root()].
    ///
    /// @param origin the file, as its author calls it
    public static YamlDocument parse(String origin, String text) {
        Problems problems = new Problems(origin);
        try {
            return new YamlDocument(problems, new Tree(problems, text).document());
        } catch (Refused e) {
            problems.error(e.at, "", e.why);
        } catch (MarkedYamlEngineException e) {
            problems.error(position(e.getProblemMark()), "", "not YAML: " + inWords(e));
        } catch (YamlEngineException e) {
            problems.error(Position.START, "", "not YAML: " + e.getMessage());
        }
        return new YamlDocument(problems, Optional.empty());
    }

    public Problems problems() {
        return problems;
    }

    public Optional<YamlNode.Mapping> root() {
        return root;
    }

    /// The top mapping, ready to be read field by field.
    public Optional<YamlFields> fields() {
        return fields(Environment.none());
    }

    /// The same, with what the environment says instead.
    public Optional<YamlFields> fields(Environment environment) {
        return root.map(mapping -> new YamlFields(mapping, "", problems, environment));
    }

    private static String inWords(MarkedYamlEngineException e) {
        String context = e.getContext() == null ? "" : " (" + e.getContext().strip() + ")";
        String hint = e.getProblem() != null && e.getProblem().contains("TAB") ? "; indent with blanks" : "";
        return (e.getProblem() + context + hint).replaceAll("\\s+", " ");
    }

    private static Position position(Optional<Mark> mark) {
        return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.START);
    }

    /// Ends the reading of a document that cannot be a tree.
    private static final class Refused extends RuntimeException {

        private final transient Position at;
        private final String why;

        Refused(Position at, String why) {
            super(why);
            this.at = at;
            this.why = why;
        }
    }

    /// Builds the tree. Aliases share what they name; its size counts again each time, so that a few nested
    /// aliases cannot stand for a document of millions.
    private static final class Tree {

        private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

        private final Problems problems;
        private final Iterator<Event> events;
        private final Map<String, Anchored> anchors = new HashMap<>();
        private int size;

        Tree(Problems problems, String text) {
            this.problems = problems;
            LoadSettings settings = LoadSettings.builder()
                    .setUseMarks(true)
                    .setCodePointLimit(LONGEST)
                    .build();
            this.events = new Parse(settings).parseString(text).iterator();
        }

        Optional<YamlNode.Mapping> document() {
            Optional<YamlNode.Mapping> root = Optional.empty();
            boolean found = false;
            while (events.hasNext()) {
                Event event = events.next();
                if (!(event instanceof NodeEvent node)) {
                    continue;
                }
                if (found) {
                    throw new Refused(at(event), "a second document begins here; expected one document in a file");
                }
                found = true;
                YamlNode top = node(node, 1);
                if (top instanceof YamlNode.Mapping mapping) {
                    root = Optional.of(mapping);
                } else {
                    problems.error(top.at(), "", "the document is " + top.describe() + "; expected 'key: value' lines");
                }
            }
            if (!found) {
                problems.error(Position.START, "", "the document is empty; expected 'key: value' lines");
            }
            return root;
        }

        private YamlNode node(Event event, int depth) {
            if (depth > DEEPEST) {
                throw new Refused(at(event), "nested deeper than " + DEEPEST + " levels");
            }
            int before = size;
            YamlNode node = switch (event) {
                case AliasEvent alias -> shared(alias);
                case ScalarEvent scalar -> scalar(scalar);
                case MappingStartEvent mapping -> mapping(mapping, depth);
                case CollectionStartEvent sequence -> sequence(sequence, depth);
                default -> throw new Refused(at(event), "expected a value");
            };
            grow(1, event);
            if (event instanceof NodeEvent named && !(event instanceof AliasEvent)) {
                int ownSize = size - before;
                named.getAnchor().ifPresent(name -> anchors.put(name.getValue(), new Anchored(node, ownSize)));
            }
            return node;
        }

        private YamlNode shared(AliasEvent alias) {
            Anchored anchored = anchors.get(alias.getAlias().getValue());
            if (anchored == null) {
                throw new Refused(at(alias), "nothing before this has the anchor '&" + alias.getAlias() + "'");
            }
            grow(anchored.size, alias);
            return anchored.node;
        }

        private YamlNode scalar(ScalarEvent scalar) {
            refuseTag(scalar.getTag(), scalar);
            return scalar.getScalarStyle() == ScalarStyle.PLAIN && NOTHING.contains(scalar.getValue())
                    ? new YamlNode.Nothing(at(scalar))
                    : new YamlNode.Text(at(scalar), scalar.getValue());
        }

        private YamlNode sequence(CollectionStartEvent start, int depth) {
            refuseTag(start.getTag(), start);
            List<YamlNode> items = new ArrayList<>();
            for (Event event = events.next(); !isEnd(event); event = events.next()) {
                items.add(node(event, depth + 1));
            }
            return new YamlNode.Sequence(at(start), items);
        }

        private YamlNode mapping(CollectionStartEvent start, int depth) {
            refuseTag(start.getTag(), start);
            LinkedHashMap<String, YamlNode.Entry> entries = new LinkedHashMap<>();
            Map<String, Position> seen = new TreeMap<>();
            for (Event event = events.next(); !isEnd(event); event = events.next()) {
                Position keyAt = at(event);
                if (!(event instanceof ScalarEvent key)) {
                    throw new Refused(keyAt, "a key that is not plain text; expected 'key: value'");
                }
                YamlNode value = node(events.next(), depth + 1);
                Position first = seen.putIfAbsent(key.getValue(), keyAt);
                if (first == null) {
                    entries.put(key.getValue(), new YamlNode.Entry(keyAt, value));
                } else {
                    problems.error(
                            keyAt,
                            "",
                            "the key '%s' is given twice; it stands already in line %d, column %d"
                                    .formatted(key.getValue(), first.line(), first.column()));
                }
            }
            return new YamlNode.Mapping(at(start), entries);
        }

        private static boolean isEnd(Event event) {
            return event.getEventId() == Event.ID.SequenceEnd || event.getEventId() == Event.ID.MappingEnd;
        }

        private static void refuseTag(Optional<?> tag, Event event) {
            if (tag.isPresent()) {
                throw new Refused(at(event), "types by tag are not read here; remove '" + tag.get() + "'");
            }
        }

        private void grow(int by, Event event) {
            size += by;
            if (size > LARGEST) {
                throw new Refused(at(event), "more than " + LARGEST + " values, counting every alias in full");
            }
        }

        private static Position at(Event event) {
            return position(event.getStartMark());
        }
    }

    private record Anchored(YamlNode node, int size) {}
}
