/// The API by which Concertim asks its middleware about money, as the last generation of that middleware had it.
@NullMarked
package org.reckoner.serve.concertim;

import org.jspecify.annotations.NullMarked;
