/// Who is calling, and what they may see.
@NullMarked
package org.reckoner.serve.auth;

import org.jspecify.annotations.NullMarked;
