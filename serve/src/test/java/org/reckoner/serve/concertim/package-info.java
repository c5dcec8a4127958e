@NullMarked
package org.reckoner.serve.concertim;

import org.jspecify.annotations.NullMarked;
