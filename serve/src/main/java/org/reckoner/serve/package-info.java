/// The HTTP server: what is public, who may call what, and which routes there are.
@NullMarked
package org.reckoner.serve;

import org.jspecify.annotations.NullMarked;
