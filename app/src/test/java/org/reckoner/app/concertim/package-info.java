@NullMarked
package org.reckoner.app.concertim;

import org.jspecify.annotations.NullMarked;
