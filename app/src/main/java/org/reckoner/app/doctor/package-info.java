/// Whether everything that Reckoner needs is there, and how to make it.
@NullMarked
package org.reckoner.app.doctor;

import org.jspecify.annotations.NullMarked;
