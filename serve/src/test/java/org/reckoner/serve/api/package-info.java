@NullMarked
package org.reckoner.serve.api;

import org.jspecify.annotations.NullMarked;
