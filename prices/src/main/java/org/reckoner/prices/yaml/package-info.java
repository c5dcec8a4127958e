/// YAML that people write, read so that every problem can be named at its line and column.
///
/// Only plain data is read: no types by tag, no duplicate keys, no unbounded aliases. Numbers stay the text
/// that was written until somebody asks for a decimal.
@NullMarked
package org.reckoner.prices.yaml;

import org.jspecify.annotations.NullMarked;
