/// How bills, invoices and explanations look: text tables, CSV, JSON, HTML and PDF.
///
/// Pure: core's records in, text or bytes out, the same on every machine, locale and time zone. Numbers are
/// written as [Numbers] says.
@NullMarked
package org.reckoner.present;

import org.jspecify.annotations.NullMarked;
