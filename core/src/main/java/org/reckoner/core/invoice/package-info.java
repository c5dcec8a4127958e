/// What is sent: bills, invoices, their lines, corrections and the numbering.
@NullMarked
package org.reckoner.core.invoice;

import org.jspecify.annotations.NullMarked;
