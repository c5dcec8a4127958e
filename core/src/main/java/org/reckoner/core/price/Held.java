package org.reckoner.core.price;

import java.math.BigDecimal;
import org.reckoner.core.time.Window;

/// A quantity held through a window.
public record Held(Window window, BigDecimal quantity) {}
