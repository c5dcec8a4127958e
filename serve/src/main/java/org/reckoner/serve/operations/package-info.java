/// What operators watch: health and metrics.
@NullMarked
package org.reckoner.serve.operations;

import org.jspecify.annotations.NullMarked;
