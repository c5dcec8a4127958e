/// What all routes share: problems, pages, bodies.
@NullMarked
package org.reckoner.serve.http;

import org.jspecify.annotations.NullMarked;
